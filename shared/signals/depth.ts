// How deep is the workload's own queue, if what was read can be believed?

import type { PlanInput } from '../controller/plan-types.ts';
import { impossible } from './impossible.ts';

/** Active messages and when they were read, or why they are not known. */
export function depthOf({
  observation,
  state,
  workload,
  now,
}: PlanInput): { active: number; at: number } | { problem: string } {
  const reading = observation.queue;
  if (reading?.status !== 'read') return { problem: reading?.failure.code ?? 'it was not read' };
  const { at, value } = reading;
  const active = value?.active;
  const stale = workload.scaling.staleAfterSeconds * 1000;
  const problem =
    impossible(active, at, now) ??
    (now - at > stale ? 'its reading is too old' : undefined) ??
    contradiction(active, at, state?.samples.at(-1), now);
  return problem === undefined ? { active, at } : { problem };
}

/** A sample of a time to come is of before a clock was set back, and says nothing. */
function contradiction(
  active: number,
  at: number,
  last: [number, number, number] | undefined,
  now: number,
): string | undefined {
  if (!last || last[0] > now) return undefined;
  if (at < last[0]) return 'its reading is older than the one before';
  return at === last[0] && active < last[1] ? 'two readings of one moment differ' : undefined;
}
