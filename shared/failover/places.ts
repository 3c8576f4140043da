// Which places are lost? From what happened to their groups since the last evaluation. Two signs:
//
//   losses   three groups failed within five minutes, and they were half of all groups there
//   unread   no group there could be read for half a minute, while Azure answers for others
//
// What strikes every place of the workload at once is not the fault of a place (a bad image, an outage of ours) and opens
// none. Groups that cannot be read count as lost only then, and only while they do not speak for themselves through
// the drain contract: an outage of Azure's management alone takes no work from them, and nothing is replaced for it.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';
import type { Suspect } from './trouble.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { SPOKE_MS } from '../health/polls.ts';
import { isStart } from '../placement/claim.ts';
import { usedUp } from '../placement/used-up.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { opened, proved, refreshed } from './breaker.ts';

const LOSSES = 3;
const LOSSES_WITHIN_MS = 5 * 60_000;
const UNREAD_MS = 30_000;
const FRESH_MS = 60_000;

export interface Watched {
  closed: PlannerState['closed'];
  suspects: Record<string, Suspect>;
  /** The fleet, with groups of unread places marked as lost. */
  groups: BurstGroup[];
  reasons: Reason[];
}

export function watchPlaces(input: PlanInput, groups: BurstGroup[]): Watched {
  const { observation, state, now } = input;
  const places = [...new Set([...input.workload.scaling.burst.locations, ...groups.map(({ location }) => location)])];
  const unread = new Set(observation.unread ?? []);
  const views = places.map((place) => viewOf(place, groups, unread, observation.looks, state?.suspects?.[place], now));
  const blamed = views.filter((view) => view.blamed !== undefined);
  // With every place struck, or the list failing too, no place is to blame.
  const guilty = blamed.length < views.length && observation.groups.status === 'read' ? blamed : [];
  let closed = refreshed(
    state?.closed ?? {},
    (place, cause) => (cause === 'refused' ? unanswered(place, state) : startingAt(place, views)),
    now,
    (place) => usedUp(place, input) !== undefined,
  );
  const reasons: Reason[] = [];
  for (const { place, blamed, lost, suspect } of guilty) {
    if (blamed === undefined) continue;
    closed = opened(closed, place, blamed, blamed === 'lost' ? 'GroupsLost' : 'Unreadable', now);
    const seconds = (now - (suspect.unreadSince ?? suspect.losses[0] ?? now)) / 1000;
    reasons.push(reason(blamed === 'lost' ? 'place-lost' : 'place-unread', { location: place, count: lost, seconds }));
  }
  for (const { place, arrived } of views) if (arrived && !isGuilty(place)) closed = proved(closed, place, now);
  function isGuilty(place: string): boolean {
    return guilty.some((view) => view.place === place);
  }
  const silent = new Set(guilty.filter((view) => view.blamed === 'unread').map(({ place }) => place));
  return {
    closed,
    suspects: Object.fromEntries(views.flatMap(({ place, suspect }) => (empty(suspect) ? [] : [[place, suspect]]))),
    groups: groups.map((group) => (silent.has(group.location) ? lostUnlessItSpoke(group, views, now) : group)),
    reasons,
  };
}

const startingAt = (place: string, views: readonly View[]): number =>
  views.find((view) => view.place === place)?.starting ?? 0;

/** Requests for a group there that Azure has neither accepted nor refused. */
const unanswered = (place: string, state: PlanInput['state']): number =>
  (state?.inFlight ?? []).filter(
    (request) => isStart(request) && request.location === place && request.outcome !== 'accepted',
  ).length;

/** Whether a group was lost there within a minute: such a place comes after the others. */
export const isHarmed = (place: string, suspects: PlannerState['suspects'], now: number): boolean =>
  now - (suspects?.[place]?.losses.at(-1) ?? -Infinity) <= FRESH_MS;

interface View {
  place: string;
  suspect: Suspect;
  blamed: 'lost' | 'unread' | undefined;
  /** Groups the blame is for. */
  lost: number;
  starting: number;
  /** Whether a group came to serve here since the last evaluation, and none was lost. */
  arrived: boolean;
}

function viewOf(
  place: string,
  groups: BurstGroup[],
  unread: Set<string>,
  looks: PlanInput['observation']['looks'],
  before: Suspect | undefined,
  now: number,
): View {
  const here = groups.filter((group) => group.location === place);
  const fallen = here.filter(
    (group) =>
      group.health === 'failed' && group.since === now && group.fault?.by !== 'app' && group.fault?.by !== 'image',
  );
  const kept = (before?.losses ?? []).filter((at) => now - at <= LOSSES_WITHIN_MS);
  // More losses than make a case add nothing; the list stays short.
  const losses = [...kept, ...fallen.map(() => now)].slice(-TALLY);
  const living = here.filter((group) => group.health === 'serving' || group.health === 'starting').length;
  const unreadSince = unreadSinceOf(here, unread, looks, before?.unreadSince, now);
  const isUnread = unreadSince !== undefined && now - unreadSince >= UNREAD_MS;
  const isLost = fallen.length > 0 && losses.length >= LOSSES && losses.length >= living;
  return {
    place,
    suspect: { losses, ...(unreadSince !== undefined && { unreadSince }) },
    blamed: isLost ? 'lost' : isUnread ? 'unread' : undefined,
    lost: isLost ? losses.length : here.length,
    starting: here.filter((group) => group.health === 'starting' || group.inFlight === 'create').length,
    arrived: fallen.length === 0 && here.some((group) => group.health === 'serving' && group.since === now),
  };
}

/** One answer clears a place; no question leaves it as it was. */
function unreadSinceOf(
  here: BurstGroup[],
  unread: Set<string>,
  looks: PlanInput['observation']['looks'],
  before: number | undefined,
  now: number,
): number | undefined {
  if (here.length === 0 || here.some((group) => group.name in looks)) return undefined;
  return before ?? (here.some((group) => unread.has(group.name)) ? now : undefined);
}

const TALLY = 32;

function lostUnlessItSpoke(group: BurstGroup, views: View[], now: number): BurstGroup {
  if (group.health !== 'serving' && group.health !== 'starting') return group;
  if (group.beat && now - group.beat.at <= SPOKE_MS) return group;
  const since = views.find(({ place }) => place === group.location)?.suspect.unreadSince ?? now;
  return { ...group, health: 'unknown', lost: true, since };
}

const empty = ({ losses, unreadSince }: Suspect): boolean => losses.length === 0 && unreadSince === undefined;
