// May a place (a region) take new groups? A circuit breaker for each, in the planner state under `closed`; a place
// without an entry there is closed in the electrician's sense: everything passes.
//
//                refused, groups lost, or unread
//   no entry ─────────────────────────────────────> open: takes nothing, 30 s, doubled each time up to 15 min
//      ^                                              │   ^
//      │ more than 16 at one time                     │   │ refuses or loses again
//      │                                              v   │
//   half-open: takes 1 group at a time, then 2, 4, 8, 16; each step when it has proved itself
//
// After a refusal an accepted request is the proof, so only those that are not answered count as being tried; after a loss only a
// group that came to serve is one, because Azure accepts what it cannot keep, and all that start count. Throttling opens for as
// long as Azure asked and leaves no trace. Nothing is ever moved back: new groups go to the preferred place again as it opens, so
// that fail-back costs no replica its work.

import type { PlannerState } from '../controller/plan-types.ts';
import type { Closed } from './trouble.ts';
import type { Failure } from '../ports/errors.ts';

type Places = PlannerState['closed'];

const OPEN_FIRST_MS = 30_000;
const OPEN_MOST_MS = 15 * 60_000;
/** A place that may start more than so many groups at one time has proved itself. */
const TRIAL_MOST = 16;
/** An entry that nobody asked about for so long says nothing any more (milliseconds). */
const FORGOTTEN_MS = 60 * 60_000;

/** How many more groups a place may be asked for now; Infinity when its breaker lets everything pass. */
export function admits(entry: Closed | undefined, now: number): number {
  if (!entry) return Infinity;
  if (entry.until > now) return 0;
  return entry.failures === 0 ? Infinity : Math.max(0, (entry.allowed ?? 1) - (entry.starting ?? 0));
}

/** After a refusal: `wait` opens for as long as Azure asked, everything else for a growing time. */
export function refused(places: Places, place: string, failure: Failure, now: number): Places {
  if (failure.class !== 'wait') return opened(places, place, 'refused', failure.code, now);
  const before = places[place];
  const until = Math.max(before?.until ?? 0, now + (failure.retryAfterMs ?? 10_000));
  return { ...places, [place]: { ...before, until, failures: before?.failures ?? 0, code: failure.code } };
}

/** Opens a place. What happens while it is open already is the same failure once more, not another one. */
export function opened(
  places: Places,
  place: string,
  cause: NonNullable<Closed['cause']>,
  code: string,
  now: number,
): Places {
  const before = places[place];
  const told = before !== undefined && before.until > now;
  const failures = (before?.failures ?? 0) + (told && before.failures > 0 ? 0 : 1);
  const until = now + Math.min(OPEN_FIRST_MS * 2 ** (failures - 1), OPEN_MOST_MS);
  return { ...places, [place]: { until, failures, code, cause, allowed: 1 } };
}

/** After an accepted request: the proof for places that had refused. */
export function accepted(places: Places, place: string, now: number): Places {
  const entry = places[place];
  if (!entry || entry.until > now) return places;
  if (entry.failures === 0) return without(places, place);
  return entry.cause === 'refused' ? proved(places, place, now) : places;
}

/** One step further, at most one per evaluation (`now` is its time). */
export function proved(places: Places, place: string, now: number): Places {
  const entry = places[place];
  if (!entry || entry.until > now || entry.provedAt === now) return places;
  const allowed = (entry.allowed ?? 1) * 2;
  if (allowed > TRIAL_MOST) return without(places, place);
  return { ...places, [place]: { ...entry, allowed, provedAt: now } };
}

/**
 * Drops what is too old to mean anything, unless it still `holds`, and notes how many groups are being tried in each place that
 * is on trial.
 */
export function refreshed(
  places: Places,
  tried: (place: string, cause: Closed['cause']) => number,
  now: number,
  holds: (place: string) => boolean = () => false,
): Places {
  const kept = Object.entries(places).filter(([place, { until }]) => now - until < FORGOTTEN_MS || holds(place));
  return Object.fromEntries(kept.map(([place, entry]) => [place, { ...entry, starting: tried(place, entry.cause) }]));
}

function without(places: Places, place: string): Places {
  const { [place]: _, ...others } = places;
  return others;
}
