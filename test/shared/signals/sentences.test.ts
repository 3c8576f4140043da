// What is said of signals and rules names the numbers that went in, so that a person can work them out again.

import { describe, expect, it } from 'vitest';
import type { Observation, PlannerState } from '../../../shared/controller/plan-types.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import type { Starts } from '../../../shared/rules/wanted.ts';
import { combineSignals } from '../../../shared/signals/combine.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { RuleDeclaration } from '../../../shared/workload/rules.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import type { Scaling } from '../../../shared/workload/workload.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';
import { workloadOf, type Partly } from '../../support/workload-of.ts';

const asked: SignalDeclaration = { name: 'x', log: { workspaceId: 'w', query: 'q' } };
const read = (value: number, at = NOW, oldestSeconds?: number): SignalAnswer => {
  return { status: 'read', value: { value, oldestSeconds }, at };
};
const rule = (verb: Partial<RuleDeclaration>, signal = 'x'): RuleDeclaration => {
  return { signal, forSeconds: 60, coolDownSeconds: 300, activation: 0, ...verb };
};
const remembered = (memory: Partial<NonNullable<PlannerState['signals']>>): Partial<PlannerState> => {
  return { signals: { readings: {}, steps: {}, serving: [], asked: {}, ...memory } };
};

interface Fleet {
  serving?: number;
  starting?: number[];
  state?: Partial<PlannerState>;
  settled?: boolean;
  start?: Starts;
}

function told(
  scaling: Partly<Scaling>,
  { signals, hints }: Pick<Observation, 'signals' | 'hints'>,
  { serving = 5, starting = [], state = {}, settled = false, start = { usual: 25, slow: 40.5 } }: Fleet = {},
): string {
  const workload = workloadOf({ queue: undefined, signals: [asked], ...scaling });
  const input = inputOf({ workload, observation: observationOf({ signals, hints }), state: stateOf(state) });
  const { reasons } = combineSignals(input, { wanted: 0, rate: 0.8 }, { serving, starting }, start, settled);
  return reasons.map(sentence).join('\n');
}

describe('a target says what the value is worth', () => {
  it.each([
    [
      { backlogPerReplica: 20 },
      105,
      'of 20 a replica, is a load of 5.25, within 10 % of the present 5: it asks for 5.',
    ],
    [{ requestsPerReplica: 20 }, 115, 'of 20 requests a replica, is a load of 5.75: it asks for 6.'],
    [{ requestsPerReplica: 0.004 }, 0.0345, 'of 0.004 requests a replica, is a load of 8.63: it asks for 9.'],
    [
      { queueTimeSeconds: 30 },
      500,
      'of 30 seconds in the queue, where 4 work at 0.8 a second each, is a load of 24.67: it asks for 25.',
    ],
    [
      { utilizationPercent: 70 },
      90,
      'of 70 percent of the 4 that served then, is a load of 5.14, within 10 % of the present 5: it asks for 5.',
    ],
    [
      { utilizationPercent: 70 },
      73,
      'of 70 percent of the 4 that served then, is a load of 4.17, within 10 % of those 4: it asks for 4.',
    ],
  ])('of %j at %i', (verb, value, text) => {
    const state = remembered({ serving: [[NOW - 300_000, 4]] });
    expect(told({ rules: [rule(verb)] }, { signals: { x: read(value, NOW - 60_000) } }, { state })).toContain(
      `x at ${value}, with a target ${text}`,
    );
  });

  it('or that nobody served whom it could be of', () => {
    const rules = [rule({ utilizationPercent: 70 })];
    expect(told({ rules }, { signals: { x: read(95) } }, { serving: 0 })).toContain(
      'x at 95, with a target of 70 percent, says nothing, because none served then: it asks for 1.',
    );
  });
});

describe('a queue at a target of time says what it went by', () => {
  const mails: SignalDeclaration = { name: 'mails', queue: { namespace: 'bus', queue: 'mails' } };
  const scaling = { signals: [mails], rules: [rule({ queueTimeSeconds: 20 }, 'mails')] };

  it('with the horizon, who is there for it, and why so much is allowed', () => {
    const unknown = told(scaling, { signals: { mails: read(100) } }, { starting: [3, 8] });
    expect(unknown).toContain(
      '95 wait, the age of the oldest is not known. When a replica asked for now begins, in 30 s',
    );
    expect(unknown).toContain('with 5 serving and 2 starting');
    expect(unknown).toMatch(/\(allowed 5 s of 20 s, because a quarter of it always is\): \d+ needed, \d+ asked for/);
    const longer = { ...scaling, rules: [rule({ queueTimeSeconds: 30 }, 'mails')] };
    expect(told(longer, { signals: { mails: read(100) } })).toContain(
      '(allowed 12.5 s of 30 s, because a slow start takes 15.5 s longer)',
    );
    const settled = told(scaling, { signals: { mails: read(6, NOW, 3) } }, { settled: true });
    expect(settled).toMatch(/1 waits?, the oldest for 3 s\..* \(allowed 14 s of 20 s, because the load is steady\)/);
  });

  it('and, as the own queue does, with what is ready in standby pools and what is raced for', () => {
    const start = { usual: 25, slow: 40.5, ready: { replicas: 3, start: { usual: 5, slow: 10 } } };
    const state = remembered({ flows: { mails: [[NOW - 10_000, 100, 0]] } });
    const late = told(scaling, { signals: { mails: read(700) } }, { start, state });
    expect(late).toMatch(
      /With 3 replicas of standby pools asked for now, .* which is late all the same: \d+ replicas are/,
    );
    expect(late).toContain('Half of all starts take longer than 25 s');
  });
});

describe('a step', () => {
  const steps = [
    { above: 70, add: 2 },
    { below: 30, remove: 1 },
  ];
  const state = (readSecondsAgo: number) =>
    remembered({
      readings: { x: { value: 80, at: NOW - readSecondsAgo * 1000, readAt: NOW - readSecondsAgo * 1000 } },
      steps: { 0: { wanted: 0, coolUntil: 0, since: { 0: NOW - 600_000 } } },
    });

  it('says how many it was added to, and nothing of a time that was not asked for', () => {
    const signals = { x: read(80) };
    expect(told({ rules: [rule({ steps })] }, { signals }, { serving: 3, state: state(60) })).toContain(
      'x at 80 has been above 70 for 60 s: from 3 to 5; the next step is possible in 300 s.',
    );
    expect(told({ rules: [rule({ steps, forSeconds: 0 })] }, { signals }, { serving: 3 })).toContain(
      'x at 80 is above 70: from 3 to 5;',
    );
  });

  it('waits anew when nothing was read for longer than a reading counts', () => {
    const text = told({ rules: [rule({ steps })] }, { signals: { x: read(80) } }, { serving: 3, state: state(600) });
    expect(text).toContain('a threshold is crossed for less than 60 s');
    const signals = [asked, { name: 'f', formula: '2 * x' }];
    const rules = [
      rule(
        {
          steps: [
            { above: 140, add: 2 },
            { below: 30, remove: 1 },
          ],
        },
        'f',
      ),
    ];
    expect(told({ signals, rules }, { signals: { x: read(80) } }, { serving: 3, state: state(600) })).toContain(
      'a threshold is crossed for less than 60 s',
    );
  });
});

describe('several signals', () => {
  const signals = [asked, { ...asked, name: 'y' }];
  const rules = [rule({ requestsPerReplica: 10 }), rule({ requestsPerReplica: 10 }, 'y')];

  it('are named without a queue where there is none, and one alone is not combined', () => {
    const answers = { signals: { x: read(20), y: read(10) } };
    expect(told({ signals, rules, combine: 'sum' }, answers)).toContain(
      'Combined by sum, x 2, y 1 ask for 3 replicas.',
    );
    const queue = { namespace: 'bus', queue: 'orders' };
    expect(told({ queue, signals, rules }, answers)).toContain(
      'Combined by max, queue 0, x 2, y 1 ask for 2 replicas.',
    );
    expect(told({ rules: rules.slice(0, 1) }, { signals: { x: read(20) } })).not.toContain('Combined');
    expect(told({ rules: rules.slice(0, 1), combine: '2 * x' }, { signals: { x: read(20) } })).toContain(
      'Combined by 2 * x, x 2 ask for 4 replicas.',
    );
  });

  it('say what was wanted last where it stays for one that is not known', () => {
    const state = { wanted: [[NOW - 5000, 10]] satisfies PlannerState['wanted'] };
    expect(told({ signals, rules }, { signals: { x: read(20) } }, { state })).toContain(
      'What was wanted last, 10, stays wanted: signal y: it was not read.',
    );
  });
});

it.each([
  [{ queue: { namespace: 'bus', queue: 'x' } }, 'it reads zero, which a throttled namespace also says', 300],
  [{ storageQueue: { url: 'u' } }, 'it reads zero, and storage queues are counted roughly', 30],
])('a zero that is not believed yet says what counts until when: %j', (source, problem, stands) => {
  const reading = { value: 50, at: NOW - 15_000, readAt: NOW - 15_000, zeroSince: NOW - 10_000 };
  const scaling = { signals: [{ name: 'x', ...source }], rules: [rule({ backlogPerReplica: 20 })] };
  const state = remembered({ readings: { x: reading } });
  expect(told(scaling, { signals: { x: read(0) } }, { state })).toMatch(
    new RegExp(`: ${problem}; the 50 read before counts until zero has stood for ${stands} s \\(10 s so far\\)`),
  );
});

it.each([
  [-40, 'since 40 s; it counts from 125 s before on and for 20 s more'],
  [30, 'in 30 s; it counts from 125 s before on and for 90 s more'],
])('a hint says when it is of, until when it counts, and how it comes to its replicas: %i s', (inSeconds, text) => {
  const at = NOW + inSeconds * 1000;
  const hints = [{ id: 'sale', load: 7, unit: 'messages-per-second' as const, at, expiresAt: at + 60_000 }];
  expect(told({ signals: [] }, { hints })).toContain(
    `A hint (sale) expects 7 messages a second, ${text}, and asks for 11: 7 / (0.8 x 0.8), rounded up.`,
  );
});

it('one is not many, in what is told of a hint, of a signal that is lost and of work in parts of a message', () => {
  const hints = [{ id: 'sale', load: 1, unit: 'replicas' as const, at: NOW, expiresAt: NOW + 60_000 }];
  expect(told({ signals: [] }, { hints })).toContain('A hint (sale) expects 1 replica, since 0 s;');
  const rules = [rule({ queueTimeSeconds: 30 })];
  const state = remembered({ asked: { x: 1 } });
  expect(told({ rules }, {}, { state })).toContain('at least 1 replica stays wanted (fallback: none)');
  expect(told({ rules }, { signals: { x: read(1 / 3) } })).toContain('where 0.333 work at 0.8 a second each');
  expect(told({ rules }, { signals: { x: read(9) } }, { serving: 1 })).toContain('where 1 works at 0.8 a second each');
});
