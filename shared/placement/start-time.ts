// How long do starts of this workload take? The middle and the ninth of ten of the starts last seen, over all its
// offerings, because the next group may go to any of them. Measured from the first look after the request until one saw the
// group serve, so the image and the region are in it. Until enough were seen, a guess stands in.

import type { StartTime } from '../rules/wanted.ts';

/** Between the few recorded starts of small images (10 to 15 s) and those of large ones (a minute and more). */
const GUESS: StartTime = { usual: 25, slow: 40 };
const ENOUGH = 3;

/** `seen`: seconds that starts took, in any order. */
export function startTimeOf(seen: number[], guess = GUESS): StartTime {
  if (seen.length < ENOUGH) return guess;
  const starts = seen.toSorted((a, b) => a - b);
  const at = (share: number): number => starts[Math.min(starts.length - 1, Math.floor(share * starts.length))] ?? 0;
  return { usual: at(0.5), slow: at(0.9) };
}
