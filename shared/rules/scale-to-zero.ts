// When does the last replica go? An idle replica costs its price each second, and without one the next message waits for a
// start. Who does not know when it comes does best to stay until staying has cost about as much as a start would (the
// ski-rental rule), and the user says what a wait is worth on top: the delay. Until then one replica stays, whatever the
// estimate says; after it none does, however many messages there were before.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';

/** Where nothing else is set. */
export const ZERO_DELAY_SECONDS = 120;

/** Replicas wanted when nothing was busy for `idle` seconds; `have` serve or start. */
export function atZero(wanted: number, have: number, idle: number, delaySeconds = ZERO_DELAY_SECONDS): number {
  if (idle >= delaySeconds) return 0;
  return have > 0 ? Math.max(1, wanted) : wanted;
}

/** When rules or the log query last asked for any, as far as is known. */
export const lastAsked = ({ state, now }: Pick<PlanInput, 'state' | 'now'>): number =>
  Math.min(now, state?.signals?.activeAt ?? now);

/** Seconds since a replica was last busy, as far back as is known. */
export function idleSeconds(flow: NonNullable<PlannerState['flow']>, now: number): number {
  const busy = flow.findLastIndex((point, index) => point[1] > 0 || point[2] > (flow[index - 1] ?? point)[2]);
  const since = flow[Math.max(0, busy)]?.[0] ?? now;
  return (now - since) / 1000;
}
