// How many replicas are needed at once, because what waits will be late? As wanted.ts says, by the work that waits when a
// replica asked for now begins, at the horizon H. Where R replicas are ready in standby pools (usual start time P), a second
// and sooner horizon P may put `need` off or lessen it; it never raises it:
//
//   late even so   w(H) with the R ready asked for now, shared by them too, is above what is allowed at H: what is needed is
//                  needed at once, by that w(H), and at least all that are ready
//   else late      w(P), with what truly serves and starts, is above what is allowed at P: need by w(P), at most what there
//                  is and R
//   else           nothing is needed yet
//
// Worked example: that of wanted.ts with d 3.5 (w(30) = 705, need 38), where a pool starts in 5 s (slow 10 s):
//
//   R 28   asked for now they leave w(30) = 5, in time; w(10) = 235, a wait of 23.5 s of the 23 allowed, late: need =
//          (33.5 + 235 / 60) / 1.2 = 32, so 22 of them are taken
//   R 18   w(30) = 23.5 x 5 + 5.5 x 25 = 255, a wait of 9 s for 28 of the 14 allowed, in time: need = 28, all of them
//   R 5    w(30) = 580, a wait of 39 s for 15, late even so: need = (33.5 + 580 / 60) / 1.2 = 36 at once

import { atMost } from '../signals/load.ts';
import type { Calm, Fleet, SeenLoad, Starts, StartTime } from './wanted.ts';

export interface Need {
  /** Replicas; 0: nothing is late. */
  replicas: number;
  /** Seconds that a message would wait at the usual horizon, and may. */
  wait: number;
  allowed: number;
  /** Seconds until that, and whether more is allowed because the load is steady. */
  begins: number;
  steady: boolean;
  /** Where ready replicas lessen it. */
  byReady?: ByReady | undefined;
}

/** What a message would wait with ready replicas asked for now, and when they begin without them. */
export interface ByReady {
  ready: number;
  without: number;
  ahead: number;
  allowed: number;
  /** Absent when it is late even with them. */
  soon?: { ahead: number; allowed: number } | undefined;
}

/** Share of the target wait below which nothing is late yet, however slowly groups start. */
export const EARLY_WAIT = 1 / 4;
/** Share of the target wait that a steady load may use up by chance. */
export const STEADY_WAIT = 0.7;
/** Seconds over which a load has to be the same so that what waits above it is chance. */
export const CALM_SECONDS = 290;
/** Until the next look at a queue that grows, which sees a group asked for now. */
export const LOOK_SECONDS = 5;
const CATCH_UP_SECONDS = 60;
/**
 * Share of the target wait that work is to wait after that, with groups started for it; more where the load grew little above what
 * those who serve carry: that comes and goes, and what grew further is likelier to grow on.
 */
const AFTERWARDS = { much: 2 / 5, little: 3 / 5 };
/** A load of up to so many times those who serve grew little. */
const LITTLE = 1.5;
/** A hundredth of a replica is noise of the estimate, not a reason for another machine. */
export const NOISE = 0.05;
/** No replica that starts is counted on sooner. */
const SOON_SECONDS = 2;

/** Replicas that work off what waits in a minute, down to a share of the target wait. */
export const catchUp = (busy: number, waiting: number, afterwards: number, target: number): number =>
  Math.ceil((busy + waiting / CATCH_UP_SECONDS) / (1 + (afterwards * target) / CATCH_UP_SECONDS) - NOISE);

/** `work`: replica-seconds that wait now; `target`: seconds that a message may wait. */
export function neededAtOnce(
  load: SeenLoad,
  work: number,
  target: number,
  fleet: Fleet,
  start: Starts,
  { settled, survived }: Calm,
): Need {
  const have = fleet.serving + fleet.starting.length;
  const busy = Math.max(atMost(load), load.expected ?? 0);
  // Who starts may take longer than expected, and until then what waits above a load that those who serve do not carry grows.
  const calm = load.seconds >= CALM_SECONDS && busy < fleet.serving;
  const steady = calm || (settled && fleet.starting.length === 0);
  const queue: Queue = {
    work,
    busy,
    serving: fleet.serving,
    starts: fleet.starting,
    none: have === 0 && load.waiting + load.replicas > 0,
    allowed: (times) => Math.max(earlyWait(target, times), steady ? STEADY_WAIT * target : 0),
  };
  const { late, work: waits, ...seen } = horizon(queue, start);
  const without = late && !survived ? Math.max(1, worksOff(queue, waits, target)) : 0;
  const usual = { ...seen, replicas: without, steady: seen.allowed > earlyWait(target, start) };
  if (without === 0 || !start.ready) return usual;
  const { told, need } = withReady(queue, load, target, start, start.ready);
  return need >= without ? usual : { ...usual, replicas: need, byReady: { ...told, without } };
}

function withReady(
  queue: Queue,
  load: SeenLoad,
  target: number,
  start: StartTime,
  { replicas, start: sooner }: NonNullable<Starts['ready']>,
): { need: number; told: Omit<ByReady, 'without'> } {
  const all = queue.serving + queue.starts.length + replicas;
  const starts = [...queue.starts, ...Array<number>(replicas).fill(sooner.usual)];
  const even = horizon({ ...queue, starts, none: false }, start);
  const told = { ready: replicas, ahead: even.wait, allowed: even.allowed };
  if (even.late) return { told, need: Math.max(all, worksOff(queue, even.work, target)) };
  // What is expected is the load when others serve.
  const busy = atMost(load);
  const seen = { ...queue, busy };
  const soon = horizon(seen, sooner);
  const need = soon.late ? Math.min(all, Math.max(1, worksOff(seen, soon.work, target))) : 0;
  return { need, told: { ...told, soon: { ahead: soon.wait, allowed: soon.allowed } } };
}

interface Queue {
  work: number;
  /** Replicas that what arrives keeps busy. */
  busy: number;
  serving: number;
  /** Seconds until each replica serves that starts. */
  starts: number[];
  /** Nobody is there for what waits. */
  none: boolean;
  allowed: (times: StartTime) => number;
}

/** Replicas that work off what will wait, and for how long it is to wait then. */
const worksOff = ({ busy, serving }: Queue, waiting: number, target: number): number =>
  catchUp(busy, waiting, busy <= LITTLE * serving ? AFTERWARDS.little : AFTERWARDS.much, target);

interface Horizon {
  /** Work that waits then, and seconds that a message does. */
  work: number;
  wait: number;
  allowed: number;
  begins: number;
  late: boolean;
}

/** What waits when a start asked for now, which takes so long, serves. */
function horizon(queue: Queue, times: StartTime): Horizon {
  const begins = times.usual + LOOK_SECONDS;
  const work = workAhead(queue, begins);
  const wait = work / Math.max(queue.serving + queue.starts.length, 0.5);
  const allowed = queue.allowed(times);
  return { work, wait, allowed, begins, late: wait > allowed || queue.none };
}

/** Seconds that a message may have to wait when a replica asked for now serves, so that a slow one is in time. */
const earlyWait = (target: number, { usual, slow }: StartTime): number =>
  Math.max(EARLY_WAIT * target, target - (slow - usual) - 2);

/** Work that waits in so many seconds. */
function workAhead({ work, busy, serving, starts }: Queue, seconds: number): number {
  const ready = starts.map((left) => Math.max(SOON_SECONDS, left)).toSorted((a, b) => a - b);
  let [at, waits, serve] = [0, work, serving];
  for (const moment of [...ready.filter((left) => left < seconds), seconds]) {
    waits = Math.max(0, waits + (busy - serve) * (moment - at));
    at = moment;
    serve++;
  }
  return waits;
}
