// Which values of the knobs would have been best? Tried on the first half of a trace, to be scored on the second: whoever
// tunes on the part that he is scored on tunes to noise.

import type { Part } from './score.ts';
import { highestOf, type Trace } from './trace.ts';

/** Percent of late tasks up to which a policy serves at the level that is asked for, unless something else is asked for. */
export const SERVED = 0.1;

export const firstHalf = (trace: Trace): Trace => ({
  ...trace,
  highestOfWhole: highestOf(trace),
  counts: trace.counts.slice(0, Math.max(1, Math.floor(trace.counts.length / 2))),
});

/** Where nothing arrives nothing can be tuned: the least capacity does best. */
export const isSilent = (trace: Trace): boolean => trace.counts.every((count) => count === 0);

/** All combinations of the values. */
export function grid(knobs: Record<string, readonly number[]>): Record<string, number>[] {
  return Object.entries(knobs).reduce<Record<string, number>[]>(
    (sets, [knob, values]) => sets.flatMap((set) => values.map((value) => Object.assign({}, set, { [knob]: value }))),
    [{}],
  );
}

/** The cheapest of those that serve; where none does, the one with the fewest late tasks. */
export function best<T>(
  tried: readonly T[],
  partOf: (one: T) => Pick<Part, 'latePercent' | 'cost'>,
  mostLatePercent: number = SERVED,
): T | undefined {
  const serving = tried.filter((one) => partOf(one).latePercent <= mostLatePercent);
  const [first] =
    serving.length > 0
      ? serving.toSorted((a, b) => partOf(a).cost - partOf(b).cost)
      : tried.toSorted((a, b) => partOf(a).latePercent - partOf(b).latePercent);
  return first;
}
