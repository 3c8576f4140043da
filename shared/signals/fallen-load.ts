// Has the load fallen meanwhile? A mean over a quarter of an hour lags behind a load that falls slowly, and replicas stay that
// nobody needs. Depths show a fall late: who is busy is seen at the readings only. What arrived in a full minute is known exactly once
// its metric is there, two to three minutes after its begin, and chance moves n arrivals by no more than sqrt(n). So
//
//   load = load of the window x arrivals a minute lately / arrivals a minute in all of the window
//
// for which no rate need be known. Lately is, as for depths (load.ts), the longest of the last 1, 2, 3, 5, 8 minutes or all that no shorter
// of these contradicts. Worked example: of thirteen minutes the first eight saw 600 messages each, the last five 520, and 10 replicas
// were busy on average. By chance the means of the last five and eight minutes (550) differ by sqrt(550 x (1/5 - 1/8)) = 6.4, so 30
// fewer are none, and what comes lately is 520 of 569 on average: the load is 10 x 520 / 569 = 9.1 replicas.
//
// It is never raised so: what rises shows sooner in depths. And where a minute saw more than 1.6 times what comes lately, that was a
// burst: whether it returns is for the forecast to say, and the mean that still knows of it is kept.

import type { PlannerState } from '../controller/plan-types.ts';
import type { QueueMinute } from '../ports/demand.ts';
import { CHANGE, type Load } from './load.ts';

/** Messages that arrived by minute, from the first on (minutes since the epoch); null for one that is not known. */
export type Arrived = NonNullable<PlannerState['arrived']>;

const MINUTE_MS = 60_000;
/**
 * From a minute's begin until Azure Monitor has surely counted all of it: one that is counted in part would be a fall. It is read
 * again each minute for five.
 */
const COUNTED_MS = 2 * MINUTE_MS;
/** Minutes: the longest window of the load, and one at its begin. */
const KEPT = 16;
/** A newest minute that began longer ago says nothing of what comes lately. */
const LATE = 5;
/** Windows of the load shorter than this lag behind nothing that minutes could show. */
const SHORT_SECONDS = 300;
const MINUTES = [1, 2, 3, 5, 8];
const FEWEST = 3;
/** Times what comes lately that came in a minute of a burst. */
const BURST = 1.6;

/** What is known with the minutes of this observation, but for those that may not be counted to their end yet. */
export function arrivedBy(
  known: Arrived | undefined,
  minutes: readonly QueueMinute[],
  now: number,
): Arrived | undefined {
  const all = new Map(byMinute(known));
  for (const { minute, incoming } of minutes)
    if (incoming >= 0 && incoming < Infinity && now - minute >= COUNTED_MS)
      all.set(Math.floor(minute / MINUTE_MS), incoming);
  const age = (minute: number): number => now / MINUTE_MS - minute;
  const kept = [...all.keys()].filter((minute) => age(minute) >= 0 && age(minute) <= KEPT).toSorted((a, b) => a - b);
  const [first, last = 0] = [kept[0], kept.at(-1)];
  if (first === undefined) return undefined;
  return { first, counts: Array.from({ length: last - first + 1 }, (_, index) => all.get(first + index) ?? null) };
}

const byMinute = ({ first, counts }: Arrived = { first: 0, counts: [] }): [number, number][] =>
  counts.flatMap((count, index): [number, number][] => (count === null ? [] : [[first + index, count]]));

/** A load that fell while it was averaged, with what it was averaged to be. */
export type FallenLoad = Load & {
  fell?: { from: number; minutes: number; lately: number; before: number } | undefined;
};

/** The load as it is lately; `now`: the time of its last reading. */
export function fallenLoad(load: Load, arrived: Arrived | undefined, now: number): FallenLoad {
  const begin = (now - load.seconds * 1000) / MINUTE_MS - 1 / 2;
  const within = byMinute(arrived).filter(([minute]) => minute >= begin);
  const counts = within.map(([, count]) => count);
  const [newest = -Infinity] = within.at(-1) ?? [];
  if (load.seconds < SHORT_SECONDS || counts.length < FEWEST || now / MINUTE_MS - newest > LATE) return load;
  const minutes = lately(counts);
  const [late, all] = [meanOf(counts, minutes), meanOf(counts, counts.length)];
  if (late >= all || counts.some((count) => count > BURST * late)) return load;
  const share = late / all;
  const replicas = load.replicas * share;
  const deviation = Math.hypot(load.deviation * share, replicas / Math.sqrt(late * minutes));
  return { ...load, replicas, deviation, fell: { from: load.replicas, minutes, lately: late, before: all } };
}

/** The last so many minutes that are of one mean, as far as chance allows. */
function lately(counts: number[]): number {
  const shorter: number[] = [];
  for (const minutes of [...MINUTES.filter((each) => each < counts.length), counts.length]) {
    if (shorter.some((each) => contradicts(counts, each, minutes))) break;
    shorter.push(minutes);
  }
  return shorter.at(-1) ?? counts.length;
}

/** For few messages their number is further from normal (Bernstein's inequality). */
function contradicts(counts: number[], short: number, long: number): boolean {
  const mean = meanOf(counts, long);
  const byChance = CHANGE * Math.sqrt(mean * (1 / short - 1 / long)) + CHANGE ** 2 / 3 / short;
  return Math.abs(meanOf(counts, short) - mean) > byChance;
}

/** A minute, of the last so many. */
const meanOf = (counts: number[], minutes: number): number =>
  counts.slice(-minutes).reduce((sum, count) => sum + count, 0) / minutes;
