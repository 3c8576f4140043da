// Since when is the load the same? It is as long as it differs from its own mean by less than six deviations: two means of a
// quarter of an hour differ by chance by more than either does from the truth, and there are many of them in a day.
//
// What it is for: a fleet may be just as large as its band (rules/wanted.ts) allows at a constant load. Then chance decides at each
// look whether one is too many, and some time, perhaps hours later, it goes. Where the load has been the same for half an hour
// nothing goes that did not go before.

import type { Load } from './load.ts';

/** Its mean (replicas) since then, and when it was last looked at: epoch ms. */
export interface SameLoad {
  replicas: number;
  since: number;
  at: number;
}

const MOVED = 6;
const SAME_MS = 30 * 60_000;

/** What is known with another estimate, of the time `now`. */
export function sameLoad(
  known: SameLoad | undefined,
  { replicas, deviation }: Pick<Load, 'replicas' | 'deviation'>,
  now: number,
): SameLoad {
  if (!known || known.at > now || Math.abs(replicas - known.replicas) > MOVED * deviation)
    return { replicas, since: now, at: now };
  const share = (now - known.at) / Math.max(1, now - known.since);
  return { ...known, replicas: known.replicas + share * (replicas - known.replicas), at: now };
}

/** Whether it has been the same for half an hour. */
export const isConstant = ({ since, at }: SameLoad): boolean => at - since >= SAME_MS;
