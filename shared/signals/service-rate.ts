// How fast is a replica? Nothing tells it directly. Minute metrics, when they arrive a minute or two late, tell the true
// arrivals of a past minute; with the depths and the busy replicas of that minute
//
//   rate = messages done / busy replica seconds,   messages done = arrivals - change of depth
//
// over all minutes, older ones counting less: N messages are known of, and a new minute adds g times its own,
//
//   rate = (N + g x messages) / (N / rate + g x busy seconds)                  (Gamma distribution, as for any Poisson rate)
//
// Not every minute tells it equally well. Of a fleet with nothing to spare the busy seconds are known; of one that is idle now
// and then only those moments that were looked at. With m messages expected, and s the share by which what was read may be off,
//
//   g = 1 / (1 + m x s^2),   s^2 = sum of busy x (time between readings)^2 / (busy seconds)^2, without those with a queue, and
//                                  for 8 busy at least where only probes looked, which wake nobody for fewer than 5 messages
//                                  + 2 x (arrivals in a second / m)^2, because a depth is read up to a second early or late
//                                  + (change of depth between the readings around each end / m)^2 / 12, even in between
//
// so a minute of which little was seen moves little. Before each minute 1 / N grows by (1 %)^2 for each minute that passed, as a
// database behind the workers slows down, and a tenth of N is forgotten, so that what few messages tell again and again is believed.
// The rate may also change at any time and nobody says so (larger messages): a minute that chance cannot explain counts for most of
// the new value, so a threefold change is learned within two such minutes. What is known is right to a share of 1 / sqrt(N).
// A minute in which somebody empties the queue tells nothing: more than half of it went from one reading to the next, more than ten
// times as fast as replicas were and in the rest of the minute are. An idle fleet would take an hour to unlearn that.

import type { QueueMinute } from '../ports/demand.ts';
import type { PlannerState } from '../controller/plan-types.ts';
import { minuteWork, type MinuteWork } from './minute-work.ts';

type Flow = NonNullable<PlannerState['flow']>;
type Known = NonNullable<PlannerState['serviceRate']>;

/** Share by which the rate changes in a minute. */
const DRIFT = 0.01;
/** Share of what is known that counts beside a new minute. */
const REMEMBERED = 0.9;
/** Standard deviations that chance does not explain, and the weight of a minute that is further off. */
const SURPRISE = 3;
const CHANGED_WEIGHT = 0.7;
/** Seconds by which a depth may be read early or late. */
const READ_OFF = 1;
/** Where none of so many is done, something stands still; that is no rate. */
const STANDS_STILL = 5;
/** So many times what replicas do in the time, and so many messages more, were not done but thrown away. */
const PURGED = 10;
const PURGED_LEAST = 20;
/** No minute moves the rate beyond this multiple or fraction of the user's guess. */
const FURTHEST = 20;
const MINUTE_MS = 60_000;

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
    const work = minuteWork(minute, incoming, flow);
    if (!work || work.busySeconds < 60 || !Number.isFinite(work.completed)) continue;
    if (isPurged(work, rate?.value ?? guess)) continue;
    rate = learned(rate, work, { minute, incoming }, guess) ?? rate;
  }
  return rate;
}

/** Undefined where the minute tells nothing: none was done though some should have been, or what was read is off by too much. */
function learned(
  known: Known | undefined,
  work: MinuteWork,
  { minute, incoming }: Pick<QueueMinute, 'minute' | 'incoming'>,
  guess: number,
): Known | undefined {
  const { busySeconds } = work;
  const done = Math.max(0, work.completed);
  const value = known?.value ?? done / busySeconds;
  const expected = busySeconds * value;
  if (work.completed < 1 && (!known || expected >= STANDS_STILL)) return undefined;
  const readOff = variance(work, incoming, expected);
  const counts = 1 / (1 + expected * readOff);
  const passed = known ? (minute - known.lastMinute) / MINUTE_MS : 0;
  const knownOff = known ? (known.error ?? 1) ** 2 + passed * DRIFT ** 2 : Infinity;
  const changed = (done - expected) ** 2 > SURPRISE ** 2 * (expected + expected ** 2 * (readOff + knownOff));
  const before = REMEMBERED / knownOff;
  const older = changed ? Math.min(before, counts * done * (1 / CHANGED_WEIGHT - 1)) : before;
  const messages = older + counts * done;
  if (!(messages > 0)) return undefined;
  const rate = messages / (older / value + counts * busySeconds);
  return {
    value: Math.min(Math.max(rate, guess / FURTHEST), guess * FURTHEST),
    minutes: (known?.minutes ?? 0) + 1,
    lastMinute: minute,
    error: Math.sqrt(1 / messages),
  };
}

/** Whether messages left that no replica can have worked on. */
function isPurged({ emptied, completed, busySeconds }: MinuteWork, rate: number): boolean {
  if (!emptied) return false;
  const elsewhere = (completed - emptied.completed) / Math.max(1, busySeconds - emptied.busySeconds);
  return emptied.completed > PURGED_LEAST + PURGED * emptied.busySeconds * Math.max(rate, elsewhere);
}

/** Square of the share by which what was read of a minute may be off: s^2. */
function variance({ busySeconds, unseen, readOff }: MinuteWork, incoming: number, expected: number): number {
  const early = (READ_OFF * incoming) / 60;
  return unseen / busySeconds ** 2 + (2 * early ** 2 + readOff) / expected ** 2;
}
