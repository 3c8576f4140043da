// Is the new revision well? Each gate answers with the end of a sentence when it is not. Gates are looked at in each
// evaluation, not only between steps, so that a bad revision goes as soon as it shows.
//
//   refused      Azure, or the registry, refuses it for good
//   crashes      a crash loop; replicas that end young; or more ends than the share allowed, two at least
//   readiness    replicas of it that do not serve for longer than the time allowed, while none comes up
//   dead letters more of them in this step than allowed, counted from when its first replica served

import { counted } from '../telemetry/wording.ts';
import type { Rollout } from '../workload/workload.ts';
import type { Facts } from './facts.ts';
import type { Underway } from './record.ts';

/** A single end may be chance. */
const CRASHES_LEAST = 2;

/** Why the revision is not good; undefined: nothing speaks against it. `unreadySince` is epoch ms. */
export function failedGate(
  facts: Facts,
  { deadLetters, unreadySince }: Pick<Underway, 'deadLetters' | 'unreadySince'>,
  { maxCrashPercent, maxDeadLetters, readySeconds }: Rollout,
  now: number,
): string | undefined {
  const { crashes, units, unready } = facts;
  if (facts.refused !== undefined) return `it was refused (${facts.refused})`;
  if (facts.looping) return 'a replica of it is in a crash loop';
  if ((facts.young?.count ?? 0) >= CRASHES_LEAST)
    return `its replicas ended young ${facts.young?.count} times in a row`;
  if (crashes >= CRASHES_LEAST && crashes * 100 > maxCrashPercent * units)
    return `its containers ended ${crashes} times, which is more than ${maxCrashPercent} percent of ${counted(units, 'replica')}`;
  if (unready > 0 && unreadySince !== undefined && now - unreadySince > readySeconds * 1000)
    return `${unready} of its replicas did not serve within ${readySeconds} s`;
  const more = facts.deadLetters === undefined || deadLetters === undefined ? 0 : facts.deadLetters - deadLetters;
  if (more > maxDeadLetters)
    return `${counted(more, 'dead letter')} came since it serves; at most ${maxDeadLetters} may`;
  return undefined;
}
