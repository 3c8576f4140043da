// A workload without a queue of its own is forecast by what its target rules ask for.

import { describe, expect, it } from 'vitest';
import type { PlanInput, PlannerState } from '../../../shared/controller/plan-types.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import { combineSignals, type Combined } from '../../../shared/signals/combine.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { RuleDeclaration } from '../../../shared/workload/rules.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import type { Scaling } from '../../../shared/workload/workload.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const EACH_SECONDS = 30;
/** A metric is a minute old when it is read. */
const AGE_SECONDS = 60;
const START = { usual: 30, slow: 50 };

const rule = (signal: string, changes: Partial<RuleDeclaration>): RuleDeclaration => {
  return { signal, forSeconds: 60, coolDownSeconds: 300, activation: 0, ...changes };
};
const visits: SignalDeclaration = { name: 'visits', queue: { namespace: 'bus', queue: 'visits' } };
const tracking = rule('visits', { requestsPerReplica: 10 });

const read = (value: number, now: number): SignalAnswer => {
  return { status: 'read', value: { value }, at: now - AGE_SECONDS * 1000 };
};
const broken: SignalAnswer = { status: 'failed', failure: { class: 'wait', code: 'ServerBusy', message: 'Later.' } };

/** What is wanted of ten replicas after a quarter of an hour in which the signal rose by two replicas each half minute. */
function afterRise(changes: Partial<Scaling> = {}, answer: typeof read = read): Combined & { load: number } {
  const workload = workloadOf({
    queue: undefined,
    signals: [visits],
    rules: [tracking],
    forecast: 'on',
    staleAfterSeconds: 300,
    ...changes,
  });
  const known: Partial<PlannerState> = {};
  for (let index = 0; ; index++) {
    const now = NOW + index * EACH_SECONDS * 1000;
    const value = 20 + 20 * index;
    const observation = observationOf({ signals: { visits: answer(value, now) } });
    const input: PlanInput = { ...inputOf({ workload, state: stateOf(known), observation }), now };
    const result = combineSignals(input, { wanted: 0, rate: 1 }, { serving: 10, starting: [] }, START, false);
    if (index === 30) return { ...result, load: value / 10 };
    known.signals = result.memory;
    known.outlook = result.outlook;
  }
}

describe('what target rules ask for', () => {
  it('is forecast for when a start asked for now serves, from the time of the reading on', () => {
    const { wanted, load, reasons } = afterRise();
    // A slow start and 10 s more than the minute that the metric is old: eight replicas more, and a part of one.
    expect(load).toBe(62);
    expect(wanted).toBe(71);
    expect(reasons.map(sentence).join('\n')).toMatch(
      /^By its trend the load will be 70(\.\d+)? replicas in 120 s .*: it counts\.$/m,
    );
  });

  it('is only said to rise in shadow, and not learned when the forecast is off', () => {
    const shadow = afterRise({ forecast: 'shadow' });
    expect(shadow.wanted).toBe(shadow.load);
    expect(shadow.reasons.map(({ code }) => code)).toContain('forecast');
    expect(afterRise({ forecast: 'off' }).outlook).toBeUndefined();
  });

  it('stays below the maximum of a window', () => {
    const open: SignalDeclaration = {
      name: 'open',
      schedule: { start: '0 0 * * *', end: '59 23 * * *', timeZone: 'UTC' },
    };
    const changes = { signals: [visits, open], rules: [tracking, rule('open', { window: { maximum: 65 } })] };
    expect(afterRise(changes).wanted).toBe(65);
  });

  it('teaches nothing while a reading is missing', () => {
    const result = afterRise({}, (value, now) => (value > 600 ? broken : read(value, now)));
    expect(result).toMatchObject({ outlook: undefined, holdIn: expect.stringContaining('visits') as string });
  });

  it('is left alone where the workload has a queue of its own, which is forecast then', () => {
    expect(afterRise({ queue: { namespace: 'bus', queue: 'orders' } }).outlook).toBeUndefined();
  });
});
