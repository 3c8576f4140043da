// How fast is a replica? Nothing tells it directly. Minute metrics, when they arrive a minute or two late, tell the true
// arrivals of a past minute; with the depths and the busy replicas of that minute
//
//   rate = (arrivals - change of depth) / busy replica seconds                       (messages per second of one replica)
//
// The rate may change at any time and nobody says so (a slower database, larger messages): a minute that chance cannot
// explain counts for most of the new value, so a threefold change is learned within two such minutes.

import type { QueueMinute } from '../ports/demand.ts';
import type { PlannerState } from '../controller/plan-types.ts';
import { minuteWork } from './minute-work.ts';

type Flow = NonNullable<PlannerState['flow']>;

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
  flow: Flow,
  guess: number,
): PlannerState['serviceRate'] {
  let rate = known;
  for (const { minute, incoming } of minutes) {
    if (rate && minute <= rate.lastMinute) continue;
    const observed = observedRate(minute, incoming, flow);
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

function observedRate(minute: number, incoming: number, flow: Flow): { rate: number; completed: number } | undefined {
  const work = minuteWork(minute, incoming, flow);
  if (!work || work.busySeconds < 60 || !(work.completed > 0)) return undefined;
  return { rate: work.completed / work.busySeconds, completed: work.completed };
}
