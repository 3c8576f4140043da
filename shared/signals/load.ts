// How many replicas does keep busy what arrives? Azure offers no arrival rate within a minute, so it is estimated from
// depths of the queue; net growth alone would miss what was worked off meanwhile. Over a window of T seconds
//
//   load = mean of the busy replicas + growth of the depth / (T x messages per second of one replica)    (in replicas)
//
// In replicas, because a wrong rate then harms only the growth: while the depth stands still, the load is what is busy,
// whatever the rate. A Service Bus queue counts messages that a worker holds as active, so with fewer messages than
// replicas the number of active messages is the number of busy replicas.
//
// Which window? A long one hardly moves by chance, a short one follows a spike. The longest is taken whose mean no shorter
// one contradicts by more than chance explains (Lepski 1990, adaptive estimation): a constant load is averaged over a
// quarter of an hour, and a spike is believed at the first reading that shows it. By chance the mean over T varies by
//
//   deviation^2 = (2 x load x work + unseen x G) / T + (5 % of the depth / (T x rate))^2
//
// with `work` the seconds of work per message: arrivals and completions between the ends of the window, and the busy
// replicas, which are seen at the readings only: none unseen if all were busy, else the variance of their number. What a reading
// says counts until the next, so G is the mean of the times between readings, each as often as it is long (sum of squares / T):
// 5 s where probes and evaluations follow each other, up to 50 s where the heartbeat looks alone. In an M/M/k queue the variance
// is busy x (1 - C(k, busy)), with C the share that finds all k busy (headroom.ts): from E[B f(N)] = L E[f(N + 1)], for N
// messages of which B = min(N, k) are in work, with f(N) = B. Replicas near full use hide little, idle ones as much as they are.
// Whether two windows contradict each other goes by what a few replicas can hide at most: where two serve, fifty messages in
// five seconds are no chance. So completions are those of min(load, replicas), and unseen is min(load, replicas^2 / 12), as for
// anything between none and all of them. And a window is part of the longer ones: by chance it differs from one by
// sqrt(1 - T / T longer) of that.

import type { PlannerState } from '../controller/plan-types.ts';
import { waitsShare } from '../rules/headroom.ts';

export interface Load {
  /** Messages no replica holds yet. */
  waiting: number;
  /** Messages per second by which the queue grew since the last reading. */
  growth: number;
  /** Replicas busy now. */
  busy: number;
  /** Replicas kept busy by what arrives. */
  replicas: number;
  /** Standard deviation of `replicas` by chance. */
  deviation: number;
  /** Seconds over which it was averaged. */
  seconds: number;
  /** Readings do not go back far enough to tell what chance does: nothing is to be started for what it might. */
  young?: true | undefined;
  /** For the next evaluation. */
  flow: Flow;
}

/** The load, and what chance may add to it. */
export const atMost = ({ replicas, deviation, young }: Pick<Load, 'replicas' | 'deviation' | 'young'>): number =>
  replicas + (young ? 0 : deviation);

/** Oldest first: [time, active messages, since the first: busy replica-seconds, and for G: x (x - 5), x seconds between readings]. */
type Flow = NonNullable<PlannerState['flow']>;
type Point = Flow[number];

/** Ends of the windows, seconds; the shortest is the time since the last reading. */
const WINDOWS = [15, 30, 60, 120, 300, 900];
/** Deviations between two windows that chance does not explain (one in 300,000 for the shortest, one in 4,000 else). */
const SPIKE = 4.5;
export const CHANGE = 3.5;
/** Share by which a depth may be off. */
const MISREAD = 0.05;
/**
 * In a window longer than this, or looked at less often, a queue at both ends does not say that there was one all the time; who was
 * busy does.
 */
const SHORT_SECONDS = 240;
const LOOKED_SECONDS = 10;
/** Share of those that serve that were busy on average where all were busy all the time. */
const ALL_BUSY = 0.99;
const PROBE_MS = 5_000;
const PROBE_SECONDS = PROBE_MS / 1000;
/** Readings that go back less far fill not even the first of the windows. */
const YOUNG_MS = 15_000;
/** Readings closer together than this tell no growth. */
const CLOSEST_MS = 1_000;
/** Readings are kept each 5 s for four minutes (minute metrics come up to three late), then one each half minute. */
const FINE_MS = 240_000;
const COARSE_MS = 30_000;
const LONGEST_MS = 900_000;
/** A reading older than this begins no window, whatever came after it. */
const OLDEST_MS = 1_200_000;

/** `rate`: messages per second of one busy replica; `now`: the time of the reading. */
export function loadOf(known: Flow | undefined, active: number, serving: number, rate: number, now: number): Load {
  // What is of a time to come is of before a clock was put back.
  const past = (known ?? []).filter((point) => point[0] <= now);
  const flow = withProbe(past, serving, now);
  const busy = Math.min(serving, active);
  const waiting = active - busy;
  const last = flow.at(-1);
  const unknown = { replicas: busy, deviation: busy, seconds: 0, young: true as const };
  if (!last) return { waiting, growth: 0, busy, ...unknown, flow: [[now, active, 0]] };
  if (now - last[0] < CLOSEST_MS) {
    const before = flow.length > 1 ? estimate(flow, last, rate, serving) : unknown;
    return { waiting, growth: 0, busy, ...before, flow };
  }
  const seconds = (now - last[0]) / 1000;
  const point = after(last, now, active, ((Math.min(serving, last[1]) + busy) / 2) * seconds);
  const next = [...flow, point];
  return {
    waiting,
    growth: (active - last[1]) / seconds,
    busy,
    ...estimate(next, point, rate, serving),
    flow: thinned(next, now),
  };
}

/**
 * A probe looks at the depth each five seconds and wakes an evaluation when it moved. After a longer time between
 * evaluations it had therefore not moved until five seconds ago: without that a burst would be spread over the whole time.
 */
function withProbe(flow: Flow, serving: number, now: number): Flow {
  const last = flow.at(-1);
  if (!last || now - last[0] < 2 * PROBE_MS) return flow;
  const seconds = (now - PROBE_MS - last[0]) / 1000;
  return [...flow, after(last, now - PROBE_MS, last[1], Math.min(serving, last[1]) * seconds)];
}

/** The next point; `busy`: replica-seconds since the last one. */
function after(last: Point, at: number, active: number, busy: number): Point {
  const seconds = (at - last[0]) / 1000;
  const rare = Math.round(10 * ((last[3] ?? 0) + seconds * (seconds - PROBE_SECONDS))) / 10;
  return rare === 0 ? [at, active, last[2] + busy] : [at, active, last[2] + busy, rare];
}

type Mean = Pick<Load, 'replicas' | 'deviation' | 'seconds' | 'young'>;

interface Window extends Mean {
  /** The deviation that replicas can hide at most. */
  hidden: number;
}

function estimate(flow: Flow, end: Point, rate: number, serving: number): Mean {
  const shortest = meanSince(flow.at(-2) ?? end, end, rate, serving);
  const shorter = [shortest];
  let best = shortest;
  // A longer window begins no later: one walk back finds where each of them does.
  let start = flow.length - 1;
  for (const seconds of WINDOWS) {
    while (start >= 0 && end[0] - (flow[start] ?? end)[0] < seconds * 1000) start--;
    const point = flow[start];
    if (!point) break;
    const mean = meanSince(point, end, rate, serving);
    if (shorter.some((other) => contradicts(other, mean, other === shortest ? SPIKE : CHANGE, 1 / rate))) break;
    shorter.push(mean);
    best = mean;
  }
  const [oldest = end] = flow;
  const { hidden: _, ...mean } = best;
  return end[0] - oldest[0] < YOUNG_MS ? { ...mean, young: true } : mean;
}

/**
 * Whether a window differs from a longer one by more than chance would make it, had the load been that of the longer.
 * The last term is for few messages, whose number is further from normal (Bernstein's inequality).
 */
function contradicts(short: Window, long: Window, deviations: number, work: number): boolean {
  const scale = Math.sqrt(Math.max(long.replicas, 1e-6) / Math.max(short.replicas, 1e-6));
  const apart = Math.sqrt(Math.max(0, 1 - short.seconds / long.seconds));
  const byChance = short.hidden * Math.max(scale, 1e-3) * apart;
  const few = ((deviations ** 2 / 3) * work) / short.seconds;
  return Math.abs(short.replicas - long.replicas) > deviations * byChance + few;
}

function meanSince(start: Point, end: Point, rate: number, serving: number): Window {
  const seconds = Math.max(1e-3, (end[0] - start[0]) / 1000);
  const between = PROBE_SECONDS + ((end[3] ?? 0) - (start[3] ?? 0)) / seconds;
  const busy = (end[2] - start[2]) / seconds;
  const replicas = Math.max(0, busy + (end[1] - start[1]) / (seconds * rate));
  const isShort = seconds <= SHORT_SECONDS && between <= LOOKED_SECONDS;
  const full = start[1] > serving && end[1] > serving && (isShort || busy >= ALL_BUSY * serving);
  const seen = Math.min(busy, serving);
  const misread = ((MISREAD * Math.max(start[1], end[1])) / (seconds * rate)) ** 2;
  const deviationOf = (done: number, unseen: number): number =>
    Math.sqrt(((replicas + done) / rate + (full ? 0 : unseen * between)) / seconds + misread);
  return {
    replicas,
    deviation: deviationOf(replicas, seen * (1 - waitsShare(seen, serving))),
    hidden: deviationOf(Math.min(replicas, serving), Math.min(replicas, serving ** 2 / 12)),
    seconds,
  };
}

/**
 * Newest readings all, older ones one each half minute; sums begin anew so that they stay small. The newest of those that are
 * old enough to begin the longest window stays, however far apart readings are: else the estimate, and all that follows
 * from it, would change each time that window is not there.
 */
function thinned(flow: Flow, now: number): Flow {
  const kept: Flow = [];
  const begin = flow.findLastIndex((point) => now - point[0] >= LONGEST_MS);
  for (const point of begin > 0 ? flow.slice(begin) : flow) {
    const age = now - point[0];
    if (age > OLDEST_MS) continue;
    const before = kept.at(-1);
    if (age > FINE_MS && before && point[0] - before[0] < COARSE_MS) continue;
    kept.push(point);
  }
  const [, , first = 0, firstRare = 0] = kept[0] ?? [];
  if (first < 1e6 && firstRare < 1e6) return kept;
  return kept.map(([at, active, busy, rare = 0]) => [at, active, busy - first, rare - firstRare]);
}
