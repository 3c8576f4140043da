// What did the replicas do in a past minute? Minute metrics tell its true arrivals; the depths that were read around its
// ends, and the busy replicas between them, tell the rest:
//
//   completed = arrivals - change of depth

import type { PlannerState } from '../controller/plan-types.ts';
import { MOVED_LEAST } from './probe.ts';

/** [time, active messages, busy replica-seconds since the first]. */
type Flow = [number, number, number][];

export interface MinuteWork {
  /** Messages that left the queue. */
  completed: number;
  busySeconds: number;
  /** Of these, square of what chance may have hidden between readings: busy replicas x seconds squared. */
  unseen: number;
  /** Square of the messages by which the change of depth may be off, because it fell between two readings. */
  readOff: number;
  /** Whether more messages than the replicas held were there all the time: then they did what they could. */
  waited: boolean;
  /** Of these, what left between two readings where most of the queue did; undefined where it never did. */
  emptied?: Pick<MinuteWork, 'completed' | 'busySeconds'> | undefined;
}

/** Fewest readings that tell what a minute was like, its ends included. */
const READINGS = 6;
const NEAR_MS = 10_000;
/** So many messages, and so many for each that is worked on, are more than chance and late readings explain. */
const WAIT_LEAST = 2;
const WAIT_SHARE = 1.2;
/** Readings further apart than this have probes between them, that told no more than that the depth had not moved much. */
const PROBED_SECONDS = 6;

/** Undefined where it was not looked at often enough. */
export function minuteWork(
  minute: number,
  incoming: number,
  flow: NonNullable<PlannerState['flow']>,
): MinuteWork | undefined {
  const end = minute + 60_000;
  const inside = flow
    .filter(([at]) => at >= minute - NEAR_MS && at <= end + NEAR_MS)
    .map(([at, active, busy]): Flow[number] => [at, active, busy]);
  const [from, to] = [lineAt(inside, minute), lineAt(inside, end)];
  if (!from || !to || inside.length < READINGS) return undefined;
  const steps = inside.slice(1).map((point, index) => step(inside[index] ?? point, point));
  return {
    completed: incoming - (to[1] - from[1]),
    busySeconds: to[2] - from[2],
    unseen: steps.reduce((sum, step) => sum + hidden(step), 0),
    readOff: (jumpAt(inside, minute) ** 2 + jumpAt(inside, end) ** 2) / 12,
    waited: steps.every(({ waited }) => waited),
    emptied: emptiedIn(inside.filter(([at]) => at >= minute && at <= end)),
  };
}

/** Where the depth fell most from one reading to the next, if by more than half. */
function emptiedIn(readings: Flow): MinuteWork['emptied'] {
  const falls = readings.slice(1).map((after, index) => {
    const before = readings[index] ?? after;
    return { completed: before[1] - after[1], busySeconds: after[2] - before[2], share: 1 - after[1] / before[1] };
  });
  return falls.filter(({ share }) => share > 1 / 2).toSorted((a, b) => b.completed - a.completed)[0];
}

/** Between two readings: replicas that were busy, for how long, and whether messages waited for them all the time. */
interface Step {
  busy: number;
  seconds: number;
  waited: boolean;
}

/** Chance alone, and in a time in which nobody looked a depth that moved by too little to wake somebody. */
function hidden({ busy, seconds, waited }: Step): number {
  if (waited) return 0;
  return Math.max(busy, seconds > PROBED_SECONDS ? MOVED_LEAST ** 2 / 3 : 0) * seconds ** 2;
}

function step(before: Flow[number], after: Flow[number]): Step {
  const seconds = (after[0] - before[0]) / 1000;
  const busy = seconds > 0 ? (after[2] - before[2]) / seconds : 0;
  const waited = Math.min(before[1], after[1]) >= Math.max(busy + WAIT_LEAST, busy * WAIT_SHARE);
  return { busy, seconds, waited };
}

/** By how much the depth changed between the two readings around a moment: when in between is not known. */
function jumpAt(readings: Flow, at: number): number {
  const [left, right] = around(readings, at);
  return (right?.[1] ?? 0) - (left?.[1] ?? 0);
}

/** The readings before and after a moment; the same twice where there is none before it, none after the last one. */
function around<T extends [number, ...number[]]>(readings: readonly T[], at: number): [T, T] | [] {
  const after = readings.findIndex(([time]) => time >= at);
  const right = readings[after];
  return right ? [readings[after - 1] ?? right, right] : [];
}

/**
 * What was read at a moment, by the straight line between the readings around it; undefined after the last one. Each reading
 * begins with its time, the oldest first.
 */
export function lineAt<T extends [number, ...number[]]>(readings: readonly T[], at: number): T | undefined {
  const [left, right] = around(readings, at);
  if (!left || !right) return undefined;
  const share = right[0] === left[0] ? 0 : (at - left[0]) / (right[0] - left[0]);
  return left.map((value, index) => value + share * ((right[index] ?? value) - value)) as T;
}
