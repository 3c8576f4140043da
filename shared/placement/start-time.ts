// How long do starts of this workload take? The middle and the ninth of ten of the starts last seen, over all its
// offerings, because the next group may go to any of them. Measured from the first look after the request until one saw the
// group serve, so the image and the region are in it. Until enough were seen, a guess stands in.
//
// Asked in two ways. Where more are started than are needed, and those that are beaten go again (rules/wanted.ts), the quick ones
// alone are seen to serve: that is how soon a burst is answered. How long one takes that still starts is told by all of them, those
// that were taken away included, of which is known that they would have taken longer (Kaplan and Meier, Nonparametric Estimation
// from Incomplete Observations, 1958):
//
//   share that takes longer than t = product over the starts that ended by t of (1 - 1 / starts that took as long or longer)

import type { StartTime } from '../rules/wanted.ts';

/** Between the few recorded starts of small images (10 to 15 s) and those of large ones (a minute and more). */
const GUESS: StartTime = { usual: 25, slow: 40 };
const ENOUGH = 3;
/** One in ten takes longer than a slow start. */
const SLOW = 0.1;

/**
 * `seen`: seconds that starts took, in any order, those that were taken away before they served as negative numbers. Of 40 that all
 * served these are the twentieth and the thirty-sixth.
 */
export function startTimeOf(seen: number[], guess = GUESS): StartTime {
  if (seen.filter((seconds) => seconds >= 0).length < ENOUGH) return guess;
  // Of two that took as long, the one that was taken away took longer.
  const starts = seen.toSorted((a, b) => Math.abs(a) - Math.abs(b) || b - a);
  const longest = Math.abs(starts.at(-1) ?? 0);
  const until = (share: number): number => {
    let left = 1;
    const index = starts.findIndex((seconds, before) => {
      if (seconds >= 0) left *= 1 - 1 / (starts.length - before);
      return left <= share + 1e-9;
    });
    return starts[index] ?? longest;
  };
  return { usual: until(0.5), slow: until(SLOW) };
}

/** A slow start takes so much longer than the usual one at least: what was measured may be alike by chance. */
const SLOWER = 1.15;

/**
 * Seconds until half of those serve that have been starting for `age` seconds. Start times are taken as log-logistic: the share that
 * takes longer than t is 1 / (1 + (t / usual)^b), a half at the usual start and a tenth at the slow one, so b = ln 9 / ln(slow /
 * usual). Of those that took longer than `age`, half take longer than usual x (1 + 2 (age / usual)^b)^(1 / b).
 */
export function secondsLeft(age: number, { usual, slow }: StartTime): number {
  const half = Math.max(1, usual);
  const b = Math.log(9) / Math.log(Math.max(SLOWER, slow / half));
  return half * (1 + 2 * Math.max(0, age / half) ** b) ** (1 / b) - age;
}
