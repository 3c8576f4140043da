// Whatever a source of signals says or fails to say, nothing is taken away on it, nothing breaks, and a reason is given.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import type { Observation, PlanInput, PlannerState, SignalMemory } from '../../../shared/controller/plan-types.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { RuleDeclaration } from '../../../shared/workload/rules.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const VM = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web';

const SOURCES: SignalDeclaration[] = [
  { name: 'mails', queue: { namespace: 'bus', queue: 'mails' } },
  { name: 'audit', subscription: { namespace: 'bus', topic: 'orders', subscription: 'audit' } },
  { name: 'files', storageQueue: { url: 'https://contoso.queue.core.windows.net/files' } },
  { name: 'cpu', metric: { resources: [VM], name: 'Percentage CPU', aggregation: 'average', across: 'average' } },
  { name: 'asked', log: { workspaceId: 'w', query: 'q' } },
];

const RULES: Omit<RuleDeclaration, 'signal'>[] = [
  { backlogPerReplica: 1, forSeconds: 0, coolDownSeconds: 0, activation: 0 },
  { utilizationPercent: 70, forSeconds: 0, coolDownSeconds: 0, activation: 0 },
  {
    steps: [
      { above: 70, add: 1 },
      { below: 30, remove: 2 },
    ],
    forSeconds: 0,
    coolDownSeconds: 0,
    activation: 0,
  },
];

/** Six groups serve, and for two minutes one was wanted: only the reading decides whether five may go. */
function sixGroups(
  signal: SignalDeclaration,
  rule: Omit<RuleDeclaration, 'signal'>,
  answer: SignalAnswer | undefined,
  before: SignalMemory | undefined,
): PlanInput {
  const groups = [1, 2, 3, 4, 5, 6].map((ordinal) => groupOf(ordinal));
  const wanted: PlannerState['wanted'] = [150, 120, 90, 60, 30, 10].map((age) => [NOW - age * 1000, 1]);
  const readings = before ? { [signal.name]: before } : {};
  const observation: Observation = observationOf({
    queue: undefined,
    base: undefined,
    ...showing(groups),
    signals: answer ? { [signal.name]: answer } : undefined,
  });
  return inputOf({
    workload: workloadOf({
      queue: undefined,
      base: { mode: 'none', scaleSet: undefined },
      signals: [signal],
      rules: [{ signal: signal.name, ...rule }],
    }),
    observation,
    state: stateOf({
      wanted,
      signals: { readings, steps: {}, serving: [[NOW - 600_000, 6]], asked: { [signal.name]: 1 } },
    }),
  });
}

const read = (value: number, at = NOW - 1000): SignalAnswer => ({ status: 'read', value: { value }, at });
const remembered = (value: number, ageSeconds: number): SignalMemory => {
  return { value, at: NOW - ageSeconds * 1000, readAt: NOW - ageSeconds * 1000 };
};

const REMOVES = new Set(['drain-group', 'stop-group', 'delete-group', 'shrink-base']);
const removals = (input: PlanInput): string[] =>
  plan(input)
    .actions.filter(({ kind }) => REMOVES.has(kind))
    .map(({ kind }) => kind);

const cases = SOURCES.flatMap((signal) => RULES.map((rule): [string, number] => [signal.name, RULES.indexOf(rule)]));
const of = (name: string, rule: number) =>
  [SOURCES.find((each) => each.name === name) as SignalDeclaration, RULES[rule] as (typeof RULES)[number]] as const;

describe.each(cases)('signal %s, rule %i', (name, index) => {
  const [signal, rule] = of(name, index);

  it('a good low reading does take groups away', () => {
    expect(removals(sixGroups(signal, rule, read(1), remembered(1, 10))).length).toBeGreaterThan(0);
  });

  const odd = fc.oneof(
    fc.constant(undefined),
    fc
      .constantFrom('ServiceBusy', 'Network', 'Unauthorized')
      .map((code): SignalAnswer => ({ status: 'failed', failure: { class: 'wait', code, message: 'no' } })),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, -1e300, 1e13, Number.MAX_VALUE).map((value) => read(value)),
    // Stale, of a time to come, of no time.
    fc.constantFrom(NOW - 3_600_000, NOW + 600_000, Number.NaN, 0).map((at) => read(1, at)),
  );
  const memory = fc.oneof(
    fc.constant(undefined),
    fc
      .record({ value: fc.integer({ min: 0, max: 5 }), age: fc.integer({ min: 91, max: 4000 }) })
      .map(({ value, age }) => remembered(value, age)),
  );

  it('an odd reading takes nothing away and says why', () => {
    fc.assert(
      fc.property(odd, memory, (answer, before) => {
        const input = sixGroups(signal, rule, answer, before);
        expect(removals(input)).toEqual([]);
        const text = plan(input).reasons.map(sentence).join('\n');
        expect(text).toMatch(new RegExp(`Signal ${name} .*(not known|nothing is scaled in)`));
        expect(text).not.toMatch(/NaN|undefined|\{\w+\}/);
      }),
      { numRuns: 60 },
    );
  });

  it('a reading of after a clock was put back counts, whatever is remembered of the time before', () => {
    const input = sixGroups(signal, rule, read(90), remembered(0, -3600));
    const reasons = plan(input).reasons.map(sentence);
    expect(reasons.join('\n')).toMatch(new RegExp(`Signal ${name} .* reads 90 \\(1 s old\\)`));
  });

  it('readings that contradict each other take nothing away', () => {
    const before = { ...remembered(5, 0), at: NOW - 1000 };
    expect(removals(sixGroups(signal, rule, read(1, before.at), before))).toEqual([]);
    expect(removals(sixGroups(signal, rule, read(1, before.at - 5000), before))).toEqual([]);
  });
});

describe('a queue that falls to zero', () => {
  const [mails] = SOURCES as [SignalDeclaration];
  const [rule] = RULES as [(typeof RULES)[number]];
  const first = sixGroups(mails, rule, read(0), remembered(5, 10));
  const zeroAfter = (seconds: number, answer = read(0)): PlanInput => {
    const before = { ...remembered(5, 5), zeroSince: NOW - 1000 - seconds * 1000 };
    return sixGroups(mails, rule, answer, before);
  };

  it('takes nothing away at first, and does once the zero has stood for five minutes', () => {
    expect(removals(first)).toEqual([]);
    expect(removals(zeroAfter(299))).toEqual([]);
    expect(removals(zeroAfter(301)).length).toBeGreaterThan(0);
  });

  it('is believed when it is read twice with a witness', () => {
    const zero = read(0);
    const witnessed: SignalAnswer = zero.status === 'read' ? { ...zero, value: { value: 0, witnessed: true } } : zero;
    expect(removals(zeroAfter(1, witnessed))).toEqual([]);
    expect(removals(zeroAfter(5, witnessed)).length).toBeGreaterThan(0);
    expect(removals(zeroAfter(5))).toEqual([]);
  });

  it('counts as it stands where none ran', () => {
    const input = sixGroups(mails, rule, read(0), remembered(0, 10));
    expect(plan(input).reasons.map(({ code }) => code)).toContain('signal-read');
  });
});

describe('a signal that is called as what every object has', () => {
  const [cpu, rule] = of('cpu', 0);
  const named = { ...cpu, name: 'constructor' };

  it.each([
    [read(8), 8],
    [undefined, 0],
  ])('asks for as many as another would, within all limits', (answer, wanted) => {
    const input = sixGroups(named, rule, answer, undefined);
    const state = { ...stateOf(), signals: { readings: {}, steps: {}, serving: [], asked: {}, activeAt: 0 } };
    const { state: next, reasons } = plan({ ...input, state });
    expect(next.wanted.at(-1)?.[1]).toBe(wanted);
    expect(reasons.map(sentence).join('\n')).not.toMatch(/NaN|no number/);
  });
});

describe('a source that fails', () => {
  const [mails] = SOURCES as [SignalDeclaration];
  const [rule] = RULES as [(typeof RULES)[number]];
  const wantedOf = (input: PlanInput): number | undefined => plan(input).state.wanted.at(-1)?.[1];

  it('counts as last read until that is stale', () => {
    expect(wantedOf(sixGroups(mails, rule, undefined, remembered(9, 59)))).toBe(9);
  });

  it.each([
    ['its own', { fallback: 12 }, 12],
    ['none, and has the largest of what it reads', {}, 9],
  ])('makes a formula fall back: %s', (_, own, wanted) => {
    const input = sixGroups({ name: 'both', formula: 'mails + 2 * files_growth', ...own }, rule, undefined, undefined);
    const { scaling } = input.workload;
    const read = [
      { ...mails, fallback: 4 },
      { name: 'files', storageQueue: { url: 'u' }, fallback: 9 },
      { name: 'other', storageQueue: { url: 'u' }, fallback: 40 },
    ];
    const workload = { ...input.workload, scaling: { ...scaling, signals: [...read, ...(scaling.signals ?? [])] } };
    expect(wantedOf({ ...input, workload })).toBe(wanted);
    const text = plan({ ...input, workload })
      .reasons.map(sentence)
      .join('\n');
    expect(text).toMatch(new RegExp(`Signal both .*fallback: ${wanted}`));
    expect(text).toMatch(/Signal mails .*: no rule reads it by itself/);
  });

  it.each([
    [undefined, 10],
    [14, 14],
  ])('keeps what a window asked for last, or the fallback %s: %i', (fallback, wanted) => {
    const input = sixGroups(
      { ...mails, fallback },
      { ...rule, backlogPerReplica: undefined, window: { wanted: 10 } },
      undefined,
      undefined,
    );
    const signals = { readings: {}, steps: {}, serving: [], asked: { mails: 10 } };
    expect(wantedOf({ ...input, state: stateOf({ signals }) })).toBe(wanted);
  });

  it.each([
    [undefined, 1],
    [0, 1],
    [12, 12],
  ])('then the fallback %s holds, if it is more than what was wanted: %i', (fallback, wanted) => {
    const signal = { ...mails, fallback };
    expect(wantedOf(sixGroups(signal, rule, undefined, remembered(9, 61)))).toBe(wanted);
  });
});

it.each([
  [0, 119, undefined, 1],
  [0, 120, undefined, 0],
  [0, 119, 60, 0],
  [2, 900, undefined, 2],
])('a log query that asks for %i, %i s after it asked for any (delay %s): %i stay', (value, seconds, delay, wanted) => {
  const workload = workloadOf({
    queue: undefined,
    logQuery: { workspaceId: 'w', query: 'q' },
    zeroDelaySeconds: delay,
    base: { mode: 'none', scaleSet: undefined },
  });
  const observation = (answer: number, at: number): PlanInput['observation'] =>
    observationOf({
      queue: undefined,
      base: undefined,
      ...showing([groupOf(1)]),
      logDemand: { status: 'read', value: answer, at },
    });
  const before = plan(inputOf({ workload, observation: observation(3, NOW) }));
  const now = NOW + seconds * 1000;
  const after = plan(inputOf({ workload, observation: observation(value, now), state: before.state, now }));
  expect(after.state.wanted.at(-1)?.[1]).toBe(wanted);
  expect(after.state.signals?.logDemand).toEqual({ value, at: now });
  expect(after.reasons.map(sentence).join('\n').includes('Nothing has asked for a replica for 119 s')).toBe(
    value === 0 && wanted === 1,
  );
});

it.each([-3, 1e15, NaN])('an answer of %d to the log query is none: what was wanted last stays', (value) => {
  const workload = workloadOf({
    queue: undefined,
    logQuery: { workspaceId: 'w', query: 'q' },
    base: { mode: 'none', scaleSet: undefined },
  });
  const logDemand = { status: 'read' as const, value, at: NOW - 1000 };
  const groups = showing([1, 2, 3, 4].map((ordinal) => groupOf(ordinal)));
  const wanted: PlannerState['wanted'] = [150, 10].map((age) => [NOW - age * 1000, 4]);
  const observation = observationOf({ queue: undefined, base: undefined, ...groups, logDemand });
  const output = plan(inputOf({ workload, observation, state: stateOf({ wanted }) }));
  expect(output.actions).toEqual([]);
  expect(output.figures.wanted).toBe(4);
  expect(output.reasons.map(({ code }) => code)).toContain('log-failed');
  expect(output.state.signals?.logDemand).toBeUndefined();
});
