// How much work arrives and how fast is a replica? From depths of a queue alone, because Azure offers no arrival rate
// within a minute: two depths give the net growth, and what was worked off meanwhile must be added to it.
//
//   arrivals = growth + busy replicas x messages per second per replica
//
// A Service Bus queue counts messages that a worker holds as active, so with fewer messages than replicas the number of
// active messages is the number of busy replicas. Minute metrics, when they arrive, tell the true arrivals of a past
// minute, and with the depths of that minute the true rate of a replica: that is how the rate is learned.

import type { QueueMinute } from '../ports/demand.ts';
import type { PlannerState } from '../controller/plan-types.ts';

export interface QueueDemand {
  /** Messages no replica holds yet. */
  waiting: number;
  /** Messages per second by which the queue grew since the last reading. */
  growth: number;
  busy: number;
  /** Messages per second. */
  arrivals: number;
}

type Sample = PlannerState['samples'][number];

/** Depth readings kept: at one each 5 s, five minutes. */
const SAMPLES_KEPT = 60;
/** Time constant of the arrival estimate while it only wanders (seconds), and the most that one reading counts. */
const SMOOTHING_SECONDS = 60;
const MOST_WEIGHT = 0.15;
/** A reading so many standard deviations off is a change of load, not chance (one in 30,000). */
const SURPRISE = 4;

/**
 * The demand now. A reading as far off the estimate as chance explains moves it slowly; one further off replaces it at
 * once, so that a spike is answered by the first reading that shows it.
 */
export function queueDemand(
  samples: Sample[],
  active: number,
  serving: number,
  rate: number,
  estimate: number | undefined,
  now: number,
): QueueDemand {
  const last = samples.at(-1);
  const busyNow = Math.min(serving, active);
  const waiting = active - busyNow;
  if (!last || now - last[0] < 1000) return { waiting, growth: 0, busy: busyNow, arrivals: estimate ?? busyNow * rate };
  const seconds = (now - last[0]) / 1000;
  const growth = (active - last[1]) / seconds;
  const busy = (Math.min(last[2], last[1]) + busyNow) / 2;
  const measured = Math.max(0, growth + busy * rate);
  if (estimate === undefined) return { waiting, growth, busy, arrivals: measured };
  const full = active > serving && last[1] > last[2];
  const spread = deviation(Math.max(estimate, measured), rate, seconds, full);
  const surprise = Math.abs(measured - estimate) / spread;
  const weight = surprise > SURPRISE ? 1 : Math.min(1 - Math.exp(-seconds / SMOOTHING_SECONDS), MOST_WEIGHT);
  return { waiting, growth, busy, arrivals: estimate + weight * (measured - estimate) };
}

/**
 * Standard deviation of one measurement by chance, arrivals taken as independent. With all replicas busy at both readings
 * (`full`) only the arrivals and the completions between them vary. Else the number of busy replicas does, too: it is
 * Poisson with mean m = arrivals / rate, two readings `seconds` apart correlate by p = exp(-rate x seconds), and the
 * measurement is a weighted sum of the two, so its variance is m x (2 (1 - p) / seconds^2 + rate^2 (1 + p) / 2).
 */
function deviation(arrivals: number, rate: number, seconds: number, full: boolean): number {
  if (full) return Math.sqrt(Math.max((2 * arrivals) / seconds, 1e-9));
  const correlation = Math.exp(-rate * seconds);
  const variance = (2 * (1 - correlation)) / seconds ** 2 + (rate ** 2 * (1 + correlation)) / 2;
  return Math.sqrt(Math.max((arrivals / rate) * variance, 1e-9));
}

/** Adds a reading; readings within a second of the last replace nothing and are dropped. */
export function addSample(samples: Sample[], now: number, active: number, serving: number): Sample[] {
  const last = samples.at(-1);
  if (last && now - last[0] < 1000) return samples;
  return [...samples, [now, active, serving] satisfies Sample].slice(-SAMPLES_KEPT);
}

/**
 * Messages per second of one busy replica, learned from full minutes: (arrivals - change of depth) / busy replica
 * seconds. Only minutes in which at least one replica was busy and whose depths were read count; a newer minute weighs
 * 30 %, and no minute moves the rate beyond a twentieth or twenty times of the user's guess.
 */
export function learnRate(
  known: PlannerState['serviceRate'],
  minutes: QueueMinute[],
  samples: Sample[],
  guess: number,
): PlannerState['serviceRate'] {
  let rate = known;
  for (const { minute, incoming } of minutes) {
    if (rate && minute <= rate.lastMinute) continue;
    const observed = observedRate(minute, incoming, samples);
    if (observed === undefined) continue;
    const bounded = Math.min(Math.max(observed, guess / 20), guess * 20);
    const weight = Math.max(0.3, 1 / ((rate?.minutes ?? 0) + 1));
    rate = {
      value: rate ? rate.value + weight * (bounded - rate.value) : bounded,
      minutes: (rate?.minutes ?? 0) + 1,
      lastMinute: minute,
    };
  }
  return rate;
}

function observedRate(minute: number, incoming: number, samples: Sample[]): number | undefined {
  const end = minute + 60_000;
  const inside = samples.filter(([at]) => at >= minute - 10_000 && at <= end + 10_000);
  const start = depthAt(inside, minute);
  const finish = depthAt(inside, end);
  if (start === undefined || finish === undefined || inside.length < 6) return undefined;
  const busy = inside.reduce((sum, [, active, serving]) => sum + Math.min(active, serving), 0) / inside.length;
  const completed = incoming - (finish - start);
  return busy < 1 || completed <= 0 ? undefined : completed / (busy * 60);
}

/** Depth at a moment by the straight line between the readings around it. */
function depthAt(samples: Sample[], at: number): number | undefined {
  const after = samples.findIndex(([time]) => time >= at);
  const right = samples[after];
  const left = samples[after - 1];
  if (!right) return undefined;
  if (!left) return right[0] - at < 10_000 ? right[1] : undefined;
  const share = (at - left[0]) / Math.max(1, right[0] - left[0]);
  return left[1] + share * (right[1] - left[1]);
}
