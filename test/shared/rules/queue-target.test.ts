import { describe, expect, it } from 'vitest';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import { combineSignals, type Combined } from '../../../shared/signals/combine.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { RuleDeclaration } from '../../../shared/workload/rules.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const LOOK_SECONDS = 10;
const USUAL: Pick<RuleDeclaration, 'forSeconds' | 'coolDownSeconds' | 'activation'> = {
  forSeconds: 60,
  coolDownSeconds: 300,
  activation: 0,
};
const news: SignalDeclaration = {
  name: 'news',
  subscription: { namespace: 'bus', topic: 'news', subscription: 'audit' },
};
const read = (value: number, at: number, oldestSeconds?: number): SignalAnswer => {
  return { status: 'read', value: { value, oldestSeconds }, at };
};

interface Played {
  /** Replicas from look to look. */
  counts: number[];
  last: Combined;
}

/**
 * A queue whose arrivals keep `load(seconds)` replicas busy, at a message a second of each, in the hands of the rule. What is
 * asked for serves at the next look.
 */
function played(
  rule: Partial<RuleDeclaration>,
  load: (seconds: number) => number,
  looks: number,
  formula = 'news',
): Played {
  const signals = [news, { name: 'made', formula }];
  const signal = formula === 'news' ? 'news' : 'made';
  const workload = workloadOf({ queue: undefined, signals, rules: [{ signal, ...USUAL, ...rule }] });
  const known: Partial<PlannerState> = {};
  const counts: number[] = [];
  let [depth, serving] = [load(0), 10];
  for (let look = 0; ; look++) {
    const seconds = look * LOOK_SECONDS;
    const now = NOW + seconds * 1000;
    // What is at work stays in the queue: an idle replica takes a message at once.
    depth = Math.max(load(seconds), depth + (load(seconds) - serving) * LOOK_SECONDS);
    const observation = observationOf({ signals: { news: read(Math.round(depth), now) } });
    const input = { ...inputOf({ workload, state: stateOf(known), observation }), now };
    const start = { usual: 30, slow: 50 };
    const last = combineSignals(input, { wanted: 0, rate: 1 }, { serving, starting: [] }, start, false);
    known.signals = last.memory;
    serving = last.wanted;
    counts.push(serving);
    if (look === looks) return { counts, last };
  }
}

describe('a signal that is a queue', () => {
  it.each([{ queueTimeSeconds: 30 }, { queueTimeSeconds: 60 }, { backlogPerReplica: 5 }, { backlogPerReplica: 20 }])(
    'with %j comes to rest at a constant load of 12.3 replicas, and carries it',
    (rule) => {
      const { counts } = played(rule, () => 12.3, 1440);
      const [rest] = counts.slice(-1);
      expect(rest).toBeGreaterThanOrEqual(13);
      expect(rest).toBeLessThanOrEqual(16);
      expect(new Set(counts.slice(-1080))).toEqual(new Set([rest]));
    },
  );

  it.each([
    ['max(news, 2 * news) + news_growth * 30', { backlogPerReplica: 20 }],
    ['news + 10', { backlogPerReplica: 10 }],
    ['news / 2', { queueTimeSeconds: 30 }],
  ])('comes to rest at a constant load when it is told by the formula %s with %j', (formula, rule) => {
    const { counts } = played(rule, () => 12.3, 720, formula);
    const [rest] = counts.slice(-1);
    expect(rest).toBeGreaterThanOrEqual(13);
    expect(rest).toBeLessThanOrEqual(16);
    expect(new Set(counts.slice(-360))).toEqual(new Set([rest]));
  });

  it('is answered at once when its load triples, and given back afterwards', () => {
    const { counts } = played({ queueTimeSeconds: 30 }, (seconds) => (seconds >= 600 && seconds < 900 ? 30 : 10), 180);
    // As busy as replicas may be 10 / 0.8 carry it: one more after two minutes, when ten are too few beyond chance, and all once
    // the load has been constant for five.
    const [ten, eleven, thirteen] = [
      Array<number>(12).fill(10),
      Array<number>(18).fill(11),
      Array<number>(30).fill(13),
    ];
    expect(counts.slice(0, 60)).toEqual([...ten, ...eleven, ...thirteen]);
    expect(counts[62]).toBeGreaterThanOrEqual(30);
    expect(counts.at(-1)).toBeLessThanOrEqual(14);
  });

  it.each([
    { queueTimeSeconds: 30 },
    { backlogPerReplica: 5 },
    { requestsPerReplica: 5 },
    {
      steps: [
        { above: 4, set: 2 },
        { below: 1, set: 0 },
      ],
      forSeconds: 0,
      coolDownSeconds: 0,
    },
  ])('that is empty keeps one replica for the delay of zero, and none after it: %j', (rule) => {
    const { counts } = played(rule, (seconds) => (seconds < 100 ? 5 : 0), 120);
    // It is empty at 100 s, which is believed five minutes later, and the delay is two minutes.
    const [first, last] = [counts.indexOf(1, 40), counts.indexOf(0)];
    expect(first).toBeLessThanOrEqual(43);
    expect(last).toBeGreaterThanOrEqual(51);
    expect(last).toBeLessThanOrEqual(54);
    expect(new Set(counts.slice(first, last))).toEqual(new Set([1]));
    expect(new Set(counts.slice(last))).toEqual(new Set([0]));
  });

  it('says what it estimated, and why none goes that is busy', () => {
    const [time, backlog] = [{ queueTimeSeconds: 30 }, { backlogPerReplica: 5 }].map((rule) =>
      played(rule, () => 12.3, 200)
        .last.reasons.map(sentence)
        .join('\n'),
    );
    expect(time).toMatch(
      /^news: about 1[12](\.\d+)? messages a second arrive, which keeps 1[12](\.\d+)? replicas busy/m,
    );
    expect(backlog).toMatch(/^news: what arrives keeps 1[12](\.\d+)? replicas busy.*; fewer than 13 would/m);
  });

  it.each([
    [29, 10],
    [45, 15],
    [3000, 20],
  ])('whose oldest message waits %i s of 30 asks for %i replicas in place of ten', (oldest, wanted) => {
    const workload = workloadOf({
      queue: undefined,
      signals: [news],
      rules: [{ signal: 'news', ...USUAL, queueTimeSeconds: 30 }],
    });
    const observation = observationOf({ signals: { news: read(10, NOW, oldest) } });
    const input = inputOf({ workload, state: stateOf(), observation });
    const fleet = { serving: 10, starting: [] };
    expect(combineSignals(input, { wanted: 0, rate: 1 }, fleet, { usual: 30, slow: 50 }, false).wanted).toBe(wanted);
  });
});
