// The load of the demo as arrivals over time: a built-in story or a trace, both as rates per interval, from which single
// arrivals are drawn as a Poisson process. The same seed gives the same arrivals to the millisecond.

import type { Random } from '../random.ts';

/** Messages per second during each interval of `seconds`. */
export interface Load {
  seconds: number;
  rates: number[];
}

export const durationOf = (load: Load): number => load.seconds * load.rates.length;

/** Rate at a moment, in seconds since the start; the last rate goes on for ever. */
export const rateAt = (load: Load, second: number): number =>
  load.rates[Math.min(load.rates.length - 1, Math.floor(second / load.seconds))] ?? 0;

/** Messages per second that the built-in story begins and ends with. */
export const STEADY = 1.15;

/**
 * Steady for 20 s, rising within 40 s to twenty times as much, that for five minutes, then steady again. `steady` is
 * messages per second.
 */
export function spike(steady: number): Load {
  const seconds = 5;
  const rates = Array.from({ length: 84 }, (_, interval) => {
    const second = interval * seconds;
    if (second < 20 || second >= 360) return steady;
    return steady * (1 + 19 * Math.min(1, (second + seconds - 20) / 40));
  });
  return { seconds, rates };
}

/** The load scaled so that its highest rate is `peak` messages per second. */
export function scaledTo(load: Load, peak: number): Load {
  const highest = Math.max(...load.rates);
  return { ...load, rates: load.rates.map((rate) => (highest === 0 ? 0 : (rate * peak) / highest)) };
}

/** Calls `arrive` at each arrival until `until()` says so; `at` schedules on the simulated clock. */
export function play(
  load: Load,
  random: Random,
  clock: { now(): number; at(time: number, run: () => void): () => void },
  arrive: () => void,
): () => void {
  const start = clock.now();
  let cancel = (): void => {};
  // Thinning: candidates at the highest rate, each kept with the probability of the rate of its moment.
  const highest = Math.max(...load.rates, 1e-9);
  const next = (): void => {
    cancel = clock.at(clock.now() + random.exponential(1000 / highest), () => {
      if (random.next() * highest < rateAt(load, (clock.now() - start) / 1000)) arrive();
      next();
    });
  };
  next();
  return () => cancel();
}
