// Has a replica that drains finished? By the workload's kind of drain:
//
//   poll  it said that it is idle, in a poll that it made after it had been told of this very drain. A workload of which no
//         replica ever polled takes no part, and waiting for it would be of no use, once this one has served for three
//         polls; one that polls and has not been heard of yet (it is young, or it hangs) is waited for.
//   http  it answered the hook of this drain with "idle".
//   none  at once: its work may be redelivered.
//
// Whatever the kind, the user's time-out ends the wait.

import type { PlanInput } from '../controller/plan-types.ts';
import { SPOKE_MS } from '../health/polls.ts';
import type { Beat } from '../ports/stores.ts';
import type { Scaling } from '../workload/workload.ts';

/** Whether replicas of the workload were ever heard to poll. */
export const everHeard = ({ observation, state }: Pick<PlanInput, 'observation' | 'state'>): true | undefined =>
  observation.beats.length > 0 || state?.heard;

/** Whether replicas of the workload poll, as far as is known. After a loss of what was stored they may. */
export const replicasPoll = (input: Pick<PlanInput, 'observation' | 'state' | 'now'>): boolean =>
  everHeard(input) || input.state === undefined || input.now - input.state.bornAt < SPOKE_MS;

/** Whether a group that began to serve then (epoch ms) may poll although it was not heard of yet. */
export const mayBeHeard = (servesSince: number, now: number): boolean => now - servesSince < SPOKE_MS;

/** `since`: start of the drain, epoch ms. `takesPart`: replicas of the workload were heard to poll. */
export function drainDone(
  { drain = 'poll', drainTimeoutSeconds }: Pick<Scaling, 'drain' | 'drainTimeoutSeconds'>,
  beat: Beat | undefined,
  since: number,
  takesPart: boolean,
  now: number,
): boolean {
  if (drain === 'none' || now - since >= drainTimeoutSeconds * 1000) return true;
  if (!beat) return drain === 'poll' && !takesPart;
  return !beat.busy && beat.told === since;
}
