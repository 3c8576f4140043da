// Is a depth of zero true? A throttled Service Bus namespace answers zero by design and for as long as it is throttled, so
// asking it again proves nothing. After a fall to zero the last wish stands until something else agrees:
//
//   metrics    Azure Monitor saw a full minute without messages after the fall
//   replicas   those that poll have all said idle since the fall, over two polls each, and none said busy
//   time       nothing contradicted it for five minutes
//
// Fails towards keeping capacity: a load that did end is followed some 45 s later than it could be.

import type { PlanInput } from '../controller/plan-types.ts';

/** Replicas poll each 20 s. */
const TWO_POLLS_MS = 45_000;
/** A replica that was not heard of for so long says nothing any more. */
const SPEAKS_MS = 60_000;
/** Throttling that lasts longer was never reported; without any other source the zero must count some time. */
const UNCONTRADICTED_MS = 300_000;

/** `zeroSince`: first zero of those without a positive reading between them; once accepted, the others need no proof. */
export function zeroConfirmed({ observation, state, now }: PlanInput, zeroSince: number): boolean {
  const last = state?.samples.at(-1);
  if (!last || (last[1] === 0 && last[0] >= zeroSince)) return true;
  const metric = observation.minutes.at(-1);
  if (metric && metric.minute >= zeroSince && metric.active !== undefined && metric.active < 1) return true;
  // A replica that drains says busy until it knows of it, and idle whatever the load.
  const beats = observation.beats.filter(({ told, at }) => told === undefined && now - at <= SPEAKS_MS);
  const idleSince = Math.max(zeroSince, ...beats.filter(({ busy }) => busy).map(({ at }) => at));
  const spoken = beats.length > 0 && beats.every(({ at }) => at > idleSince);
  return now - idleSince >= (spoken ? TWO_POLLS_MS : UNCONTRADICTED_MS);
}
