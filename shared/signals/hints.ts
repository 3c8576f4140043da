// Which pushed hints count now? A replica that starts when the load comes is late by its start, so a hint counts from the
// measured start time before its moment on, until it expires. A hint only ever raises demand.

import type { PlannerState } from '../controller/plan-types.ts';
import type { Hint } from '../ports/stores.ts';
import { counted } from '../telemetry/wording.ts';

/** Where no start was measured yet: container groups take 30 to 110 s. */
const UNMEASURED_SECONDS = 110;
/** Until an evaluation has looked and the request is sent. */
const LOOK_SECONDS = 15;
const MOST_SECONDS = 900;

/** How long before its moment a hint counts: the slowest tenth of the starts measured for this workload. */
export function hintLeadSeconds(experience: PlannerState['experience']): number {
  const starts = Object.values(experience ?? {})
    .flatMap((one) => one.starts)
    .filter((seconds) => Number.isFinite(seconds) && seconds >= 0)
    .sort((a, b) => a - b);
  const slow = starts[Math.min(starts.length - 1, Math.floor(0.9 * starts.length))] ?? UNMEASURED_SECONDS;
  return Math.min(MOST_SECONDS, slow + LOOK_SECONDS);
}

/** What a hint of the workload itself expects, in words. */
export const expectedText = ({ load, unit }: Pick<Hint, 'load' | 'unit'>): string =>
  unit === 'replicas' ? counted(load, 'replica') : counted(load, 'message a second', 'messages a second');

/** Hints that count now. A stored hint that makes no sense counts for nothing. */
export const activeHints = (hints: Hint[], leadSeconds: number, now: number): Hint[] =>
  hints.filter(
    ({ load, at, expiresAt }) => Number.isFinite(load) && load > 0 && now >= at - leadSeconds * 1000 && now < expiresAt,
  );

/** When the next hint begins to count; undefined when none is to come. */
export function nextHintAt(hints: Hint[], leadSeconds: number, now: number): number | undefined {
  const begins = hints.map(({ at }) => at - leadSeconds * 1000).filter((at) => at > now);
  return begins.length === 0 ? undefined : Math.min(...begins);
}
