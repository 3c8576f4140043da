// How many replicas should stand by for the next burst? The largest capacity whose next burst is worth waiting for
// (returns.ts), each judged by its own gaps (levels.ts), or those of a smaller one: of a fleet of forty, ten may wait and thirty go.
//
// And is a burst that begins one of those that such a fleet has come through before? Then nothing is started for it: groups
// asked for now would serve when it is over.

import { CAPACITIES, roomOf } from './levels.ts';
import type { Level, Levels } from './memory.ts';
import { ENOUGH, returningOf, START_SECONDS, type Returning, type Worth } from './returns.ts';

/** What some replicas stand by for. */
export interface StandBy extends Returning {
  replicas: number;
  /** Seconds since the last burst, and those between the last ones. */
  idle: number;
  gaps: number[];
}

export interface Standing {
  /** Those that may stay where they are; undefined when none has a reason to. */
  kept?: StandBy | undefined;
  /** Those that are to be there, started if need be. */
  ready?: StandBy | undefined;
  /** When the next ones are to be made ready (epoch ms). */
  changesAt?: number | undefined;
}

/** One capacity more than was enough: bursts vary, and one that is survived starts nothing. */
const SPARE_STEPS = 1;

export function standingBy({ rows }: Levels, now: number, worth: Worth): Standing {
  const standing: Standing = {};
  let known: Known = { gaps: [], ...returningOf([], worth) };
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    const replicas = CAPACITIES[index + 1 + SPARE_STEPS];
    if (!row || replicas === undefined || row.since === 0) continue;
    if (tellsMore(row, known)) known = { gaps: row.gaps, ...returningOf(row.gaps, worth) };
    const one = { ...known, replicas, idle: row.over ? 0 : Math.max(0, (now - row.since) / 1000) };
    // The last replica has a delay of its own.
    if (index > 0 && (row.over || stays(one))) standing.kept = one;
    if (!row.over) expectAgain(standing, one, row.since);
  }
  return standing;
}

type Known = Omit<StandBy, 'replicas' | 'idle'>;

/**
 * Own gaps count, unless they are too few and those of a smaller capacity are not: a burst that is too large for this one is so
 * for that one, too, whose gaps are therefore no longer.
 */
const tellsMore = ({ gaps }: Level, known: Known): boolean =>
  gaps.length > 0 && gaps.length >= Math.min(ENOUGH, known.gaps.length);

/** Those that go now would be started again before that has paid, if they are wanted again so soon. */
const stays = ({ idle, hold, from = Infinity, to = 0 }: StandBy): boolean =>
  idle <= hold || (idle >= from - START_SECONDS && idle <= to);

function expectAgain(standing: Standing, one: StandBy, since: number): void {
  const { idle, from, to } = one;
  if (from === undefined || to === undefined) return;
  if (idle >= from && idle <= to) standing.ready = one;
  if (idle < from) standing.changesAt = Math.min(standing.changesAt ?? Infinity, Math.ceil(since + from * 1000));
}

/** Bursts with which a capacity must have shown what it can take. */
const ENOUGH_BURSTS = 2;
/** A burst may be so much larger than the largest before, and wait so much longer than planned. */
const LARGER = 1.2;
const LONGER = 1.3;

export interface Survived {
  /** Replica-seconds that wait on paper or in truth soon, and those that may. */
  waits: number;
  allowed: number;
  bursts: number;
}

/**
 * Undefined unless the burst is within what so many replicas have come through. `waiting`: replica-seconds that wait now, and
 * how many more by the next look: a burst that is larger than those before is not to be seen too late.
 */
export function survivedBefore(
  { rows }: Levels,
  have: number,
  waiting: { now: number; more: number },
  waitSeconds: number,
): Survived | undefined {
  const index = CAPACITIES.findLastIndex((capacity) => capacity <= have);
  const row = rows[index];
  if (!row || row.peaks.length < ENOUGH_BURSTS) return undefined;
  const room = roomOf(CAPACITIES[index] ?? 0, waitSeconds);
  const most = Math.max(...row.peaks);
  const allowed = Math.min(LARGER * most, LONGER * room);
  const now = Math.max(row.queue, waiting.now);
  const waits = now + waiting.more;
  return most <= room && now > 0 && waits <= allowed ? { waits, allowed, bursts: row.peaks.length } : undefined;
}
