// The time-out of a drain runs while its replica was told, or could have been. Between two evaluations that lie far apart
// perhaps nobody could: marks were not passed on, hooks not called, tables out of reach. Of such a gap a quarter of the
// time-out counts at most for one that was not told. A part has to: what never calls must end at last, however rarely
// evaluations come.

import type { PlanInput } from '../controller/plan-types.ts';
import { instanceKey } from './instance-drained.ts';

/** Evaluations follow each other so soon while anything drains (ms). */
const LOOKS_APART_MS = 10_000;

/** The input, with drains that began later by the time that does not count. */
export function withoutGap(input: PlanInput): PlanInput {
  const { observation, state, now } = input;
  if (!state) return input;
  const most = Math.max(LOOKS_APART_MS, input.workload.scaling.drainTimeoutSeconds * 250);
  if (now - state.observedAt <= most) return input;
  const told = new Map(
    observation.beats.flatMap((beat) => [
      [beat.replica, beat.told],
      [instanceKey(beat.replica), beat.told],
    ]),
  );
  const counted = Object.entries(state.drains).map(([key, since]): [string, number] => {
    const gap = now - Math.max(state.observedAt, since);
    return [key, told.get(key) === since ? since : since + Math.max(0, gap - most)];
  });
  return { ...input, state: { ...state, drains: Object.fromEntries(counted) } };
}
