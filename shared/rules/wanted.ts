// How many replicas does this load ask for? The wait that is allowed is a buffer: replicas run near full use, and more are
// started only as late as their start time demands. Everything in replicas and seconds; L is the load (signals/load.ts)
// with its deviation d, w the work that waits (messages / rate), H the usual start time plus the time until the next
// look, D how much slower a slow start is, W the target wait.
//
//   ahead    w(H) = work that waits when a replica asked for now begins, with load L + d and all that serves and starts
//   late     w(H) / replicas > max(W/4, W - D - 2): the wait comes within a slow start of the target
//   need     (L + d + w(H) / T) / (1 + a W / T), T = 60 s: works the wait down to a = two fifths of the target in a minute, three
//            fifths if L + d is at most half more than those that serve
//   race     as many on top of `need` as are missing, or the share 2 (w(H) / replicas / W - 1) of them if that is less, where the
//            wait is above W and L + d more than there are: of groups asked for now half serve by H (the usual start time is
//            the middle one), and messages are late by then; who is beaten goes before it serves. Also, and two for each of
//            them, if nobody is there and a slow start takes longer than W: what waits, waits for the first that serve
//   tight    replicas with which chance makes two messages in 100,000 late (headroom.ts), for L + d
//   low      the same for L - 4d: fewer is a shortage, whatever waits now; for L itself, if it has been constant for five minutes
//            and either the fleet is not settled yet, or it is more than there are replicas and a third of W waits: however slowly,
//            the queue can only grow
//
// More than there are: `need` and `race`, if late, and `low`. Fewer: `tight`, with L + 2d so that chance does not ask for some
// back, if those there are exceed what L + 2.5d asks for, or `tight` by more than a twentieth and one, or when the scale set alone
// is enough; none while more waits than those that serve work off in W, because who is beaten is not known yet. Between the two
// nothing changes, and never are more left than were wanted last: what is there beyond those came to serve in place of others. A fleet
// that was not changed for ten minutes has a wider band (three tenths and one, or 10d) and, while nothing starts, counts as late only a
// wait above seven tenths of W: at a constant load chance then moves nothing. Nor does it where the fleet is just as large as its
// band: none of a fleet goes that was not changed for ten minutes while the load was the same for half an hour (signals/same-load.ts).
// Worked example: W 30, starts take 25 s (slow 39 s), 10 serve, L jumps to 30, d 0: w(30) = 30 x 20 = 600, a wait of 60 s,
// late, so need = (30 + 600 / 60) / 1.2 = 34, and later than W: 24 more are raced for, so 58 are wanted. What is ready in
// standby pools (need.ts) is there already in a race.

import { atMost, type Load } from '../signals/load.ts';
import { reason, shortly, type Reason } from '../telemetry/reasons.ts';
import { replicasFor } from './headroom.ts';
import {
  CALM_SECONDS,
  catchUp,
  EARLY_WAIT,
  LOOK_SECONDS,
  NOISE,
  neededAtOnce,
  STEADY_WAIT,
  type ByReady,
} from './need.ts';

export interface Target {
  maxWaitSeconds: number;
  /** Most of its time that a replica may be busy in steady state. */
  utilization: number;
}

export interface Fleet {
  /** Replicas wanted at the last evaluation: what is there beyond them is about to go. */
  wanted?: number | undefined;
  /** Replicas that serve and are to stay. */
  serving: number;
  /** Replicas that drain: they may still work. */
  leaving?: number | undefined;
  /** Of those that serve, replicas on the scale set: once they are enough, no burst is kept beside them. */
  base?: number | undefined;
  /** Seconds until each replica that starts serves, as likely as not. */
  starting: number[];
}

/** Seconds that starts take: half of them, and nine of ten. */
export interface StartTime {
  usual: number;
  slow: number;
}

/** How long starts take, and what starts sooner. */
export interface Starts extends StartTime {
  ready?: { replicas: number; start: StartTime } | undefined;
}

export interface Wanted {
  replicas: number;
  /** Those that may stay, and what is needed at once (0: nothing is late). */
  keep: number;
  need: number;
  /** Fewer are a shortage, whatever waits. */
  low: number;
  /** The most that may be there before any goes. */
  most: number;
  /** Those asked for on top, because half of the starts take longer than there is time. */
  race: number;
  /** For which share of those that are missing. */
  raceShare: number;
  /** Whether it is because nobody is there, and a slow start takes too long for the first message. */
  first: boolean;
  /** What the load asks for whatever serves now: what may stay above it stays only for being there. */
  load: number;
  /** Seconds that a message would wait by the time a replica asked for now begins. */
  waitAhead: number;
  waitAllowed: number;
  /** Seconds until then, and whether more is allowed because the load is steady. */
  begins: number;
  steady: boolean;
  /** Where ready replicas lessen the need. */
  byReady?: ByReady | undefined;
}

/** Raced for each that is needed where nobody is there: the quickest third of the starts serves well before the usual time. */
const FIRST_RACE = 2;
/** All that are missing are raced for from a wait on that is half above the target; of one just above it few take it below. */
const RACE_SLOPE = 2;
/** Share of the target wait that no steady load has waiting whose replicas can do it. */
const UNCARRIED_WAIT = 1 / 3;
/** Share of the target wait that work may wait before any may go. */
const SPENT = 1 / 5;
/** Deviations of the load that are left when some go. */
export const SPARED = 2;
/** Deviations of the load beyond which there is a shortage. */
const SURE = 4;
/**
 * The same for a surplus, and the share of the replicas that may be too many, one replica aside. Narrow at first: what is let stay
 * here must be so far within the band of a settled fleet that chance never takes it out.
 */
const UNSETTLED = { sure: 2.5, spare: 0.05 };
/** Both once a constant load has its fleet. */
const SETTLED = { sure: 10, spare: 0.3 };

/** Why what waits is not to be taken at its worst. */
export interface Calm {
  /** The fleet was not changed for long. */
  settled: boolean;
  /** As many replicas have come through bursts like this one. */
  survived: boolean;
  /** The load was the same for half an hour. */
  constant?: boolean;
}

/** What is seen, and with what is expected: the load by the time a replica asked for now serves. */
export type SeenLoad = Pick<Load, 'replicas' | 'deviation' | 'seconds' | 'waiting' | 'young'> & {
  expected?: number | undefined;
};

/** `load` and `rate` as estimated. */
export function wantedReplicas(
  load: SeenLoad,
  rate: number,
  target: Target,
  fleet: Fleet,
  start: Starts,
  calm: Calm = { settled: false, survived: false },
): Wanted {
  const { maxWaitSeconds } = target;
  const have = fleet.serving + fleet.starting.length;
  const work = load.waiting / rate;
  const {
    replicas: need,
    wait,
    allowed,
    byReady,
    ...ahead
  } = neededAtOnce(load, work, maxWaitSeconds, fleet, start, calm);
  const steady = (deviations: number): number => {
    const busy = Math.max(0, load.replicas + deviations * load.deviation);
    return Math.max(
      replicasFor(busy, 1 / rate, STEADY_WAIT * maxWaitSeconds),
      Math.ceil(busy / target.utilization - NOISE),
    );
  };
  const there = have + (byReady?.ready ?? 0);
  const late = atMost(load) > there ? Math.max(0, (byReady?.ahead ?? wait) / maxWaitSeconds - 1) : 0;
  const first = isFirstLate(load, have, start, target);
  const raceShare = first ? FIRST_RACE : Math.min(1, RACE_SLOPE * late);
  const race = Math.ceil(raceShare * Math.max(0, need - there));
  const tight = Math.max(steady(1), catchUp(load.replicas, work, SPENT, maxWaitSeconds));
  const { keep, most } = mayStay(work > maxWaitSeconds * fleet.serving, fleet, calm, tight, steady);
  const isShort =
    load.seconds >= CALM_SECONDS &&
    (!calm.settled || (load.replicas > have && work > UNCARRIED_WAIT * have * maxWaitSeconds));
  const low = calm.survived ? 0 : steady(isShort ? 0 : -SURE);
  const replicas = Math.max(need + race, low, Math.min(keep, have));
  const asked = Math.min(replicas, Math.max(need, low, tight));
  return {
    replicas,
    keep,
    most,
    need,
    low,
    race,
    raceShare,
    first,
    load: asked,
    waitAhead: wait,
    waitAllowed: allowed,
    byReady,
    ...ahead,
  };
}

/** `tooMuch` waits for those that serve to be in time; `steady`: replicas for the load and so many deviations more. */
function mayStay(
  tooMuch: boolean,
  { serving, starting, base = 0, wanted = Infinity }: Fleet,
  { settled, constant }: Calm,
  tight: number,
  steady: (deviations: number) => number,
): Pick<Wanted, 'keep' | 'most'> {
  const { sure, spare } = settled ? SETTLED : UNSETTLED;
  const most = Math.min(Math.max(tight, steady(sure)), Math.floor((tight + 1) / (1 - spare)));
  const have = serving + starting.length;
  const there = Math.min(have, wanted);
  const isUndecided = tooMuch || (serving === 0 && tight > 0);
  const isInBand = have <= most || (settled && constant);
  if (isUndecided || (isInBand && base < tight)) return { keep: there, most };
  return { keep: base >= tight ? tight : Math.min(there, Math.max(tight, steady(SPARED))), most };
}

/** Nobody is there, and one start in ten takes longer than what waits now may wait. */
const isFirstLate = ({ young }: SeenLoad, have: number, { slow, ready }: Starts, { maxWaitSeconds }: Target): boolean =>
  !young && have + (ready?.replicas ?? 0) === 0 && slow + LOOK_SECONDS > maxWaitSeconds;

/** Why a message may wait so long, in words. */
export function whyAllowed(
  { steady, waitAllowed }: Pick<Wanted, 'steady' | 'waitAllowed'>,
  { usual, slow }: StartTime,
  { maxWaitSeconds }: Pick<Target, 'maxWaitSeconds'>,
): string {
  if (steady) return 'the load is steady';
  return waitAllowed > EARLY_WAIT * maxWaitSeconds
    ? `a slow start takes ${shortly(slow - usual)} s longer`
    : 'a quarter of it always is';
}

/** What lessens or adds to what is needed at once. */
export const howAtOnce = (wanted: Wanted, start: StartTime, target: Pick<Target, 'maxWaitSeconds'>): Reason[] => [
  ...(wanted.byReady ? [readyReason(wanted.byReady, wanted.need)] : []),
  ...(wanted.race > 0 ? [raceReason(wanted, start, target)] : []),
];

const raceReason = (
  { race, raceShare, first }: Wanted,
  { usual, slow }: StartTime,
  { maxWaitSeconds }: Pick<Target, 'maxWaitSeconds'>,
): Reason =>
  first
    ? reason('raced-first', { race, slow, target: maxWaitSeconds })
    : reason('raced', { race, usual, share: raceShare * 100 });

const readyReason = ({ soon, ...byReady }: ByReady, need: number): Reason =>
  reason('pool-first', {
    ...byReady,
    need,
    how: soon
      ? `and ${shortly(soon.ahead)} s without them when they begin (allowed ${shortly(soon.allowed)} s)`
      : 'which is late all the same',
  });
