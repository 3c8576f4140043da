// How fast is a replica? Nothing tells it directly. Minute metrics, when they arrive a minute or two late, tell the true
// arrivals of a past minute; with the depths and the busy replicas of that minute
//
//   rate = (arrivals - change of depth) / busy replica seconds                       (messages per second of one replica)
//
// The rate may change at any time and nobody says so (a slower database, larger messages): a minute that chance cannot
// explain counts for most of the new value, so a threefold change is learned within two such minutes.

import type { QueueMinute } from '../ports/demand.ts';
import type { PlannerState } from '../controller/plan-types.ts';

type Sample = PlannerState['samples'][number];

/** Depth readings kept: at one each 5 s, five minutes. */
const SAMPLES_KEPT = 60;

/** Adds a reading; readings within a second of the last replace nothing and are dropped. */
export function addSample(samples: Sample[], now: number, active: number, serving: number): Sample[] {
  const last = samples.at(-1);
  if (last && now - last[0] < 1000) return samples;
  return [...samples, [now, active, serving] satisfies Sample].slice(-SAMPLES_KEPT);
}

/** Weight of a minute that chance explains, and of one that it does not. */
const CALM_WEIGHT = 0.3;
const CHANGED_WEIGHT = 0.7;
/** Standard deviations, and a share for what sampling the depths each few seconds gets wrong. */
const SURPRISE = 3;
const SAMPLING = 0.1;
/** No minute moves the rate beyond this multiple or fraction of the user's guess. */
const FURTHEST = 20;

/** Learns from full minutes in which at least one replica was busy and whose depths were read, each once. */
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
    const bounded = Math.min(Math.max(observed.rate, guess / FURTHEST), guess * FURTHEST);
    rate = {
      value: rate ? rate.value + weightOf(rate, bounded, observed.completed) * (bounded - rate.value) : bounded,
      minutes: (rate?.minutes ?? 0) + 1,
      lastMinute: minute,
      error: rate ? smoothed(rate.error, bounded / rate.value - 1) : undefined,
    };
  }
  return rate;
}

function weightOf(known: { value: number; minutes: number }, observed: number, completed: number): number {
  const off = Math.abs(observed / known.value - 1);
  const changed = off > SURPRISE / Math.sqrt(completed) + SAMPLING;
  return Math.max(changed ? CHANGED_WEIGHT : CALM_WEIGHT, 1 / (known.minutes + 1));
}

/** Root mean square of how far minutes were off what was known before them. */
const smoothed = (known: number | undefined, off: number): number =>
  Math.sqrt((1 - CALM_WEIGHT) * (known ?? Math.abs(off)) ** 2 + CALM_WEIGHT * off ** 2);

function observedRate(
  minute: number,
  incoming: number,
  samples: Sample[],
): { rate: number; completed: number } | undefined {
  const end = minute + 60_000;
  const inside = samples.filter(([at]) => at >= minute - 10_000 && at <= end + 10_000);
  const start = depthAt(inside, minute);
  const finish = depthAt(inside, end);
  if (start === undefined || finish === undefined || inside.length < 6) return undefined;
  const busy = inside.reduce((sum, [, active, serving]) => sum + Math.min(active, serving), 0) / inside.length;
  const completed = incoming - (finish - start);
  return busy < 1 || !(completed > 0) ? undefined : { rate: completed / (busy * 60), completed };
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
