// How many replicas would have been enough, standing ready? For each of some sixty capacities a queue is kept that only
// exists on paper: what arrived goes in, what so many replicas could have done goes out,
//
//   queue = max(0, queue + work that arrived - capacity x seconds)                           (replica-seconds)
//
// A capacity was too small when the oldest work in its queue waited for too long before groups asked for at its first sign
// could have served. How long it waited is exact: what has been done is what arrived less the queue, and the readings say
// when that much had arrived. What comes more slowly needs nobody in advance: it is answered by starting. That the allowed
// wait is used up makes the answer smaller than the load. (Queues on paper at many rates are how networks tell the rate
// that traffic needs: effective bandwidth, Kelly 1996.)
//
// Kept for each capacity, and bounded: the time since it was too small, the last gaps between two such times, and how
// long its queue was at most in the last bursts. What is lost with the state is learned again.
//
// Bursts of one series vary in height. One that comes when it is due, and is nearly too large for a capacity, ends a gap as well
// (a negative one): or it would still be waited for when it has come and gone, and the next gap would be twice as long.

import type { PlannerState } from '../controller/plan-types.ts';
import type { Level, Levels } from './memory.ts';

type Flow = NonNullable<PlannerState['flow']>;

export interface Promptness {
  /** Seconds that what waits may take to be worked off. */
  waitSeconds: number;
  /** Seconds that the oldest work may have waited until they serve. */
  ageSeconds: number;
  /** Seconds until groups asked for at the first sign of a burst serve. */
  answerSeconds: number;
  /** Seconds less than which between two bursts make them one, that chance divides. */
  apartSeconds: number;
}

/** Each a little larger than the one before. */
const STEP = 1.07;
const MOST_REPLICAS = 2000;
export const CAPACITIES: readonly number[] = capacities();
/** Gaps and bursts that are remembered. */
const KEPT = 8;
/** After longer without a burst it is not one of a series. */
const LONGEST_GAP_SECONDS = 4 * 3600;
/** Once a burst is answered its queue counts up to this multiple of W, so that what is over is over soon. */
const FULL = 1.5;
/** A burst that is too large for this share of a capacity is one of its series, if it comes when one is due, give or take. */
const NEARLY = 0.7;
const DUE = 0.1;
/** By number of the capacity, that of the smallest which is nearly as large. */
const NEAR = CAPACITIES.map((capacity) => CAPACITIES.findIndex((each) => each >= NEARLY * capacity));
/** A queue below this share of W is no burst. */
const BURST = 0.15;

function capacities(): number[] {
  const steps = [0];
  for (let last = 0; last < MOST_REPLICAS; steps.push(last)) last = Math.max(last + 1, Math.round(last * STEP));
  return steps;
}

/** Replica-seconds that may wait with a capacity; with none, no message may. */
export const roomOf = (capacity: number, waitSeconds: number): number => capacity * waitSeconds;

/** Learns from readings that are newer than what is known; `rate`: messages per second of one busy replica. */
export function learnLevels(known: Levels | undefined, flow: Flow, rate: number, prompt: Promptness): Levels {
  let rows = known?.rows ?? [];
  let at = known?.at ?? flow[0]?.[0] ?? 0;
  let before: Flow[number] | undefined;
  const arrived: Arrived = [];
  for (const point of flow) {
    const last = before;
    before = point;
    const work = last ? Math.max(0, point[2] - last[2] + (point[1] - last[1]) / rate) : 0;
    arrived.push([point[0], (arrived.at(-1)?.[1] ?? 0) + work]);
    if (!last || point[0] <= at) continue;
    rows = passed(rows, { work, seconds: (point[0] - last[0]) / 1000, now: point[0], arrived }, prompt);
    at = point[0];
  }
  return { at, rows };
}

/** Oldest first: [epoch ms, replica-seconds that have arrived since the first]. */
type Arrived = [number, number][];

interface Interval {
  work: number;
  seconds: number;
  now: number;
  arrived: Arrived;
}

/** Seconds for which the oldest of so much work that waits has waited. */
function ageOf(queue: number, arrived: Arrived): number {
  const [now, all] = arrived.at(-1) ?? [0, 0];
  const done = all - queue;
  const index = arrived.findLastIndex(([, sum]) => sum <= done);
  const [from, before] = arrived[index] ?? arrived[0] ?? [now, all];
  const [to, after] = arrived[index + 1] ?? [now, all];
  const at = after > before ? from + ((to - from) * Math.max(0, done - before)) / (after - before) : to;
  return (now - at) / 1000;
}

/** Rows up to the first capacity that never had a queue: no larger one had. */
function passed(rows: readonly Level[], interval: Interval, prompt: Promptness): Level[] {
  const next: Level[] = [];
  for (const capacity of CAPACITIES) {
    const row = rows[next.length];
    if (!row && interval.work <= capacity * interval.seconds) break;
    const known = row ?? { queue: 0, peak: 0, over: false, since: 0, gaps: [], peaks: [] };
    const one = passedBy(known, capacity, interval, prompt);
    const near = NEAR[next.length] ?? 0;
    const was = rows[near];
    const ended = was?.over === true && next[near]?.over === false && !known.over && !one.over;
    next.push(ended ? fulfilled(one, was, interval.now, prompt) : one);
  }
  return next;
}

/** The burst that is over now, as a smaller capacity knew it, was nearly as large: where one was due, that was it. */
function fulfilled(row: Level, near: Level, now: number, { apartSeconds }: Promptness): Level {
  const { since: began } = near;
  const gap = (began - row.since) / 1000;
  // The last gap of the smaller one is that of the burst in question.
  const known = [...row.gaps, ...near.gaps.slice(0, -1)].map(Math.abs);
  const isDue = known.some((seen) => Math.abs(gap - seen) <= DUE * seen);
  return isDue ? { ...row, gaps: withGap(row, began, apartSeconds, -1), since: now } : row;
}

/** `sign`: -1 for a burst that was only nearly as large. */
function withGap({ since, gaps }: Level, now: number, apartSeconds: number, sign = 1): number[] {
  const gap = (now - since) / 1000;
  if (since === 0 || gap > LONGEST_GAP_SECONDS || gap < apartSeconds) return gaps;
  return [...gaps, sign * Math.round(gap)].slice(-KEPT);
}

function passedBy(row: Level, capacity: number, { work, seconds, now, arrived }: Interval, prompt: Promptness): Level {
  const room = roomOf(capacity, prompt.waitSeconds);
  const from = row.from ?? Math.round(now - seconds * 1000);
  const answered = row.over || now - from > prompt.answerSeconds * 1000;
  const most = answered && capacity > 0 ? FULL * room : Infinity;
  const queue =
    Math.round(10 * Math.min(most, Math.max(0, row.queue * (capacity && 1) + work - capacity * seconds))) / 10;
  const peak = Math.max(row.peak, queue);
  // Most capacities, most of the time: nothing new, and nothing to store anew.
  if (peak === 0 && !row.over) return row;
  if (queue === 0) {
    const peaks = peak > BURST * room && capacity > 0 ? [...row.peaks, Math.round(peak)].slice(-KEPT) : row.peaks;
    return { ...row, queue, from: undefined, peak: 0, peaks, over: false, since: row.over ? now : row.since };
  }
  if (answered || (capacity > 0 && ageOf(queue, arrived) <= prompt.ageSeconds)) return { ...row, queue, from, peak };
  return { ...row, queue, from, peak, gaps: withGap(row, now, prompt.apartSeconds), over: true, since: now };
}
