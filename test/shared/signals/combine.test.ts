import { describe, expect, it } from 'vitest';
import { combineSignals } from '../../../shared/signals/combine.ts';
import type { PlanInput } from '../../../shared/controller/plan-types.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import type { AlertSignal, Hint } from '../../../shared/ports/stores.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { RuleDeclaration } from '../../../shared/workload/rules.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const rule = (signal: string, changes: Partial<RuleDeclaration>): RuleDeclaration => {
  return { signal, forSeconds: 60, coolDownSeconds: 300, activation: 0, ...changes };
};
const queue = (name: string): SignalDeclaration => ({ name, queue: { namespace: 'bus', queue: name } });
const read = (value: number, oldestSeconds?: number): SignalAnswer => {
  return { status: 'read', value: { value, oldestSeconds }, at: NOW - 2000 };
};

interface Story {
  signals: SignalDeclaration[];
  rules: RuleDeclaration[];
  combine?: string;
  answers?: Record<string, SignalAnswer>;
  alerts?: AlertSignal[];
  hints?: Hint[];
  state?: PlanInput['state'];
}

const inputFor = ({ signals, rules, combine, answers, alerts = [], hints, state = stateOf() }: Story): PlanInput =>
  inputOf({
    workload: workloadOf({ signals, rules, combine }),
    observation: observationOf({ signals: answers, alerts, hints }),
    state,
  });

const combined = (story: Story, { own = 3, have = 10 } = {}) =>
  combineSignals(
    inputFor(story),
    { wanted: own, rate: 1 },
    { serving: have, starting: [] },
    { usual: 30, slow: 50 },
    false,
  );

const two = {
  signals: [queue('mails'), queue('files')],
  rules: [rule('mails', { backlogPerReplica: 10 }), rule('files', { requestsPerReplica: 5 })],
  answers: { mails: read(70), files: read(20) },
};

describe('signals of one workload', () => {
  it.each([
    ['max', 7],
    ['sum', 3 + 7 + 4],
    ['queue + max(mails, 2 * files)', 11],
    ['if mails > 5 then mails + 0.5 else 0', 8],
  ])('combine by %s', (combine, wanted) => {
    expect(combined({ ...two, combine }).wanted).toBe(wanted);
  });

  it.each([
    [14, 15],
    [15, 15],
    [16, 16],
    [17, 15],
  ])(
    'in a sum keep what is there only as far as all would together: with %i replicas %i are wanted',
    (have, wanted) => {
      const signals = [queue('mails'), queue('files')];
      const rules = [rule('mails', { requestsPerReplica: 5 }), rule('files', { requestsPerReplica: 20 })];
      const answers = { mails: read(70), files: read(20) };
      // Fourteen and one. Each alone would call fifteen as good as fourteen, and so ask for one more each time.
      const result = combined({ signals, rules, answers, combine: 'sum' }, { own: 0, have });
      // No machine is bought for one that stays only because it is there.
      expect(result).toMatchObject({ wanted, spare: wanted - 15 });
      expect(result.reasons.some(({ code }) => code === 'combined-kept')).toBe(have === 16);
    },
  );

  it('a formula that fails leaves the largest and holds', () => {
    const result = combined({ ...two, combine: 'mails / (files - 4)' });
    expect(result).toMatchObject({ wanted: 7, holdIn: expect.stringMatching(/formula/) });
    expect(result.reasons.map(({ code }) => code)).toContain('formula-failed');
  });

  it.each(['max', 'sum', 'queue + mails'])(
    'one that asks for no number leaves the largest and holds, by %s',
    (combine) => {
      const state = stateOf({ wanted: [[NOW - 10_000, 8]] });
      const result = combined({ ...two, combine, state }, { own: Number.NaN });
      expect(result).toMatchObject({ wanted: 8, spare: 0, holdIn: expect.stringMatching(/fails/) });
    },
  );

  it('one that is unknown keeps its own last part of a sum', () => {
    const state = stateOf({
      wanted: [[NOW - 10_000, 14]],
      signals: { readings: {}, steps: {}, serving: [], asked: { queue: 3, mails: 7, files: 4 } },
    });
    const answers = { files: read(20) };
    expect(combined({ ...two, combine: 'sum', answers, state })).toMatchObject({ wanted: 14, holdIn: /mails/ });
  });

  it('a formula over values is a signal with its own rule, and knows ages and growth', () => {
    const signals = [queue('mails'), { name: 'pressure', formula: 'mails + 10 * mails_growth + mails_age' }];
    const rules = [rule('pressure', { backlogPerReplica: 10 })];
    const reading = { value: 50, at: NOW - 12_000, readAt: NOW - 12_000 };
    const state = stateOf({ signals: { readings: { mails: reading }, steps: {}, serving: [], asked: {} } });
    // 70 now and 50 ten seconds ago: 70 + 10 x 2 + 30.
    const { signals: named, wanted } = combined({ signals, rules, answers: { mails: read(70, 30) }, state });
    expect(named.find(({ name }) => name === 'pressure')).toMatchObject({ value: 120, problem: undefined });
    expect(wanted).toBe(12);
  });

  it('a use is of those that served, and that started then where replicas end by themselves', () => {
    const rules = [rule('cpu', { utilizationPercent: 80 })];
    const story = {
      signals: [{ name: 'cpu', log: { workspaceId: 'w', query: 'q' } }],
      rules,
      answers: { cpu: read(100) },
    };
    const wanted = (restartPolicy: 'Always' | 'Never') => {
      const input = inputFor(story);
      const workload = { ...input.workload, spec: { ...input.workload.spec, restartPolicy } };
      const fleet = { serving: 2, starting: [10, 20] };
      return combineSignals({ ...input, workload }, { wanted: 0, rate: 1 }, fleet, { usual: 30, slow: 50 }, false);
    };
    expect([wanted('Always').wanted, wanted('Never').wanted]).toEqual([3, 5]);
    expect(wanted('Never').reasons.map(sentence)).toContain(
      'cpu at 100, with a target of 80 percent of the 4 that served or started then, is a load of 5: it asks for 5.',
    );
    expect(wanted('Never').memory).toMatchObject({ serving: [[NOW, 2]], turning: [[NOW, 4]] });
    expect(wanted('Always').memory?.turning).toBeUndefined();
  });

  it('from zero replicas a use above its activation asks for one', () => {
    const rules = [rule('cpu', { utilizationPercent: 70, activation: 5 })];
    const story = { signals: [{ name: 'cpu', log: { workspaceId: 'w', query: 'q' } }], rules };
    const wanted = (use: number): number =>
      combined({ ...story, answers: { cpu: read(use) } }, { own: 0, have: 0 }).wanted;
    expect([5, 6, 95].map(wanted)).toEqual([0, 1, 1]);
  });

  it('from zero replicas a signal must be above its activation', () => {
    const rules = [rule('mails', { backlogPerReplica: 10, activation: 20 })];
    const story = { signals: [queue('mails')], rules };
    expect(combined({ ...story, answers: { mails: read(20) } }, { own: 0, have: 0 }).wanted).toBe(0);
    expect(combined({ ...story, answers: { mails: read(21) } }, { own: 0, have: 0 }).wanted).toBe(3);
    expect(combined({ ...story, answers: { mails: read(20) } }, { own: 0, have: 1 }).wanted).toBe(2);
  });
});

describe('a schedule', () => {
  // begin of the stories is a moment in UTC; a window around it and one that lies elsewhere.
  const hour = new Date(NOW).getUTCHours();
  const cron = (at: number): string => `0 ${(at + 24) % 24} * * *`;
  const signals: SignalDeclaration[] = [
    { name: 'open', schedule: { start: cron(hour - 1), end: cron(hour + 1), timeZone: 'UTC' } },
    { name: 'closed', schedule: { start: cron(hour + 2), end: cron(hour + 3), timeZone: 'UTC' } },
  ];

  it.each([
    [{ minimum: 5 }, 5],
    [{ maximum: 2 }, 2],
    [{ wanted: 4 }, 4],
    [{ minimum: 1, maximum: 9 }, 3],
  ])('with %j bounds the workload while it is open, to %i', (window, wanted) => {
    const rules = [rule('open', { window }), rule('closed', { window: { minimum: 30, maximum: 30 } })];
    expect(combined({ signals, rules })).toMatchObject({ wanted, holdIn: undefined });
  });

  it.each([
    ['max', 12, 12],
    ['max', 5, 7],
    ['sum', 12, 12],
    ['sum', 5, 10],
    ['queue + mails', 12, 12],
    ['queue + mails', undefined, 10],
  ])('that only bounds is no member of %s while its signal is lost: with a fallback of %s %i are wanted', (...told) => {
    const [combine, fallback, wanted] = told;
    const rules = [rule('mails', { backlogPerReplica: 10 }), rule('files', { window: { minimum: 20, maximum: 30 } })];
    const lost = { signals: [queue('mails'), { ...queue('files'), fallback }], rules, answers: { mails: read(70) } };
    const result = combined({ ...lost, combine });
    expect(result).toMatchObject({ wanted, holdIn: expect.stringMatching(/files/) });
    expect(result.reasons.map(sentence).join('\n')).toMatch(
      new RegExp(`Signal files .*: of its window only the fallback counts \\(fallback: ${fallback ?? 'none'}\\)`),
    );
  });

  it('says when it changes next', () => {
    const { changesAt } = combined({ signals, rules: [] });
    expect(changesAt).toBe((Math.floor(NOW / 3_600_000) + 1) * 3_600_000);
  });
});

describe('an alert', () => {
  const alert = (severity: string, condition: AlertSignal['condition']): AlertSignal => {
    return { id: severity, rule: 'Slow Pages', severity, condition, at: NOW - 60_000, expiresAt: NOW + 60_000 };
  };
  const story = {
    signals: [{ name: 'slow', alert: { rule: 'slow pages' } }],
    rules: [rule('slow', { backlogPerReplica: 0.5 })],
  };

  it('counts by its severity while it is fired', () => {
    expect(combined({ ...story, alerts: [alert('Sev0', 'fired'), alert('Sev4', 'fired')] }).wanted).toBe(10);
    expect(combined({ ...story, alerts: [alert('Sev4', 'fired')] }).signals[0]).toMatchObject({
      value: 1,
      ageSeconds: 60,
    });
    expect(combined({ ...story, alerts: [alert('Sev0', 'resolved')] }).signals[0]).toMatchObject({ value: 0 });
  });
});

describe('a hint', () => {
  const hint = (inSeconds: number, changes: Partial<Hint> = {}): Hint => {
    const at = NOW + inSeconds * 1000;
    return { id: 'sale', load: 40, unit: 'messages-per-second', at, expiresAt: at + 600_000, ...changes };
  };
  const none = { signals: [], rules: [] };

  it.each([
    ['far away: nothing', 126, 3],
    ['as near as a replica takes to start: 40 a second at 80 % of one a second', 124, 50],
    ['that has begun', -300, 50],
    ['that is over', -601, 3],
  ])('%s', (_, inSeconds, wanted) => {
    expect(combined({ ...none, hints: [hint(inSeconds)] }).wanted).toBe(wanted);
  });

  it('counts earlier where starts were measured to take longer', () => {
    const state = stateOf({ experience: { eastus: { starts: [60, 70, 300], failures: 0 } } });
    expect(combined({ ...none, state, hints: [hint(314)] }).wanted).toBe(50);
  });

  it('of replicas is taken as it is, and never lowers what is wanted', () => {
    expect(combined({ ...none, hints: [hint(0, { unit: 'replicas', load: 6 })] }).wanted).toBe(6);
    expect(combined({ ...none, hints: [hint(0, { unit: 'replicas', load: 1 })] }).wanted).toBe(3);
  });

  it('addressed to a signal is its value and nothing else', () => {
    const story = { signals: [{ name: 'visitors', hint: {} }], rules: [rule('visitors', { requestsPerReplica: 100 })] };
    expect(combined({ ...story, hints: [hint(0, { signal: 'visitors', load: 1500 })] }).wanted).toBe(15);
  });

  it('asks for the next look when it begins to count', () => {
    expect(combined({ ...none, hints: [hint(150)] }).changesAt).toBe(NOW + 25_000);
  });
});
