// The time-out of a drain runs while its replica was told, or could have been. Between two evaluations that lie far apart
// perhaps nobody could: marks were not passed on, hooks not called, tables out of reach. Of such a gap a quarter of the
// time-out counts at most for one that was not told. A part has to: what never calls must end at last, however rarely
// evaluations come. One that called shortly before has the time for another call left, unless that is more than its time-out.

import type { PlanInput } from '../controller/plan-types.ts';
import { POLL_MS, SPOKE_MS } from '../health/polls.ts';
import { instanceKey } from './instance-drained.ts';

/** Evaluations follow each other so soon while anything drains (ms). */
const LOOKS_APART_MS = 10_000;

/** The input, with drains that began later by the time that does not count. */
export function withoutGap(input: PlanInput): PlanInput {
  const { observation, state, now } = input;
  if (!state) return input;
  const timeoutMs = input.workload.scaling.drainTimeoutSeconds * 1000;
  const most = Math.max(LOOKS_APART_MS, timeoutMs / 4);
  if (now - state.observedAt <= most) return input;
  const beats = new Map(
    observation.beats.flatMap((beat) => [
      [beat.replica, beat],
      [instanceKey(beat.replica), beat],
    ]),
  );
  const counted = Object.entries(state.drains).map(([key, since]): [string, number] => {
    const beat = beats.get(key);
    const before = Math.max(state.observedAt, since);
    if (beat?.told === since) return [key, since];
    const passed = before - since + Math.min(now - before, most);
    const calls = beat !== undefined && before - beat.at <= SPOKE_MS;
    return [key, now - (calls ? Math.min(passed, Math.max(most, timeoutMs - POLL_MS)) : passed)];
  });
  return { ...input, state: { ...state, drains: Object.fromEntries(counted) } };
}
