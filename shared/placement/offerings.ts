// Where do new groups go? Locations in the user's order of preference; one that refused lately is left alone for a
// growing time; each takes what its quota still allows. What finds no place is said, not tried.
// A location whose quota could not be read is tried: Azure's own refusal is then the answer.

import type { Closed, InFlight, PlannerState } from '../controller/plan-types.ts';
import type { Usage } from '../ports/container-groups.ts';
import type { Failure } from '../ports/errors.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';

export interface Spread {
  /** Location of each group that found a place, in order. */
  places: string[];
  reasons: Reason[];
}

export function spread(
  count: number,
  locations: string[],
  cpuPerGroup: number,
  known: { usages: Usage[]; usagesAt: number; inFlight: InFlight[]; closed: Record<string, Closed> },
  now: number,
): Spread {
  const places: string[] = [];
  const reasons: Reason[] = [];
  for (const location of locations) {
    const missing = count - places.length;
    if (missing <= 0) break;
    const closed = known.closed[location];
    if (closed && closed.until > now) {
      const seconds = Math.round((closed.until - now) / 1000);
      reasons.push(reason('location-closed', { location, code: closed.code, failures: closed.failures, seconds }));
      continue;
    }
    const usage = known.usages.find((candidate) => candidate.location === location);
    const since = known.inFlight.filter(
      (request) => request.location === location && request.kind === 'create' && request.at >= known.usagesAt,
    ).length;
    const limit = usage && tighter(usage, cpuPerGroup, since);
    const taken = Math.min(missing, limit?.room ?? missing);
    if (limit && taken < missing) reasons.push(reason('quota', { location, ...limit, moved: missing - taken }));
    for (let index = 0; index < taken; index++) places.push(location);
  }
  if (places.length < count) {
    reasons.push(
      reason('no-location', { wanted: count - places.length, locations: locations.join(', ') || 'no region' }),
    );
  }
  return { places, reasons };
}

function tighter(
  usage: Usage,
  cpu: number,
  since: number,
): { room: number; used: number; limit: number; what: string } {
  const groups = { room: usage.groups.limit - usage.groups.used - since, ...usage.groups, what: 'groups' };
  const coreRoom = Math.floor((usage.cores.limit - usage.cores.used) / cpu) - since;
  const cores = { room: coreRoom, ...usage.cores, what: 'cores' };
  const tight = cores.room < groups.room ? cores : groups;
  return { ...tight, room: Math.max(0, tight.room) };
}

/** 30 s after the first refusal, doubled by each further one, at most 15 minutes. */
const CLOSED_FIRST_MS = 30_000;
const CLOSED_MOST_MS = 15 * 60_000;

/** The knowledge after a location refused: `wait` closes it for as long as Azure asked, `elsewhere` for a growing time. */
export function close(
  closed: PlannerState['closed'],
  location: string,
  failure: Failure,
  now: number,
): PlannerState['closed'] {
  const before = closed[location];
  // One evaluation may ask for many groups at once; that all of them are refused is one failure of the place, not many.
  const told = before !== undefined && before.until > now;
  const failures = (before?.failures ?? 0) + (told ? 0 : 1);
  const growing = Math.min(CLOSED_FIRST_MS * 2 ** (failures - 1), CLOSED_MOST_MS);
  const duration = failure.class === 'wait' ? (failure.retryAfterMs ?? 10_000) : growing;
  const counted = failure.class === 'wait' ? (before?.failures ?? 0) : failures;
  return { ...closed, [location]: { until: now + duration, failures: counted, code: failure.code } };
}
