// Which container groups of this workload exist, as far as anyone can know? Merges what the list shows (late, without
// instance view), what reads by name say (exact), what was seen before and what was sent but is not visible yet.
// Fails towards "it exists and may bill": a group leaves only when a read by name answered 404.

import type { GroupHealth, InFlight, Observation, PlannerState, Seen } from '../controller/plan-types.ts';
import type { Group, GroupSummary } from '../ports/container-groups.ts';
import type { Beat } from '../ports/stores.ts';
import { TAGS } from '../placement/tags.ts';
import { groupHealth, summaryHealth } from './group-health.ts';

export interface BurstGroup {
  name: string;
  ordinal: number;
  location: string;
  revision: string;
  health: GroupHealth;
  /** When this health was first seen. */
  since: number;
  /** True when this observation itself shows the group, so that it may be acted upon. */
  fresh: boolean;
  drainingSince?: number | undefined;
  /** The request on it that Azure has not shown yet. */
  inFlight?: InFlight['kind'] | undefined;
  tags: Record<string, string>;
  beat?: Beat | undefined;
  detail: string;
}

const LOOK_AGAIN_MS = 60_000;
const LOOKS_PER_EVALUATION = 60;

/** Names to read by name this time, most wanted first: in flight, not yet serving, then the longest unseen. */
export function looksWanted(state: PlannerState | undefined, list: GroupSummary[], now: number): string[] {
  const seen = state?.seen ?? {};
  const listed = new Set(list.map((group) => group.name));
  const urgent = new Set((state?.inFlight ?? []).map((request) => request.name));
  for (const name of Object.keys(seen)) if (!listed.has(name)) urgent.add(name);
  for (const group of list) {
    const last = seen[group.name];
    const steady = last && last.health === 'serving' && summaryHealth(group) === 'unknown';
    if (!steady && !(last?.health === 'stopped' && now - last.at < LOOK_AGAIN_MS)) urgent.add(group.name);
  }
  const stale = list
    .filter((group) => !urgent.has(group.name) && now - (seen[group.name]?.at ?? 0) > LOOK_AGAIN_MS)
    .toSorted((a, b) => (seen[a.name]?.at ?? 0) - (seen[b.name]?.at ?? 0))
    .map((group) => group.name);
  return [...urgent, ...stale].slice(0, LOOKS_PER_EVALUATION);
}

/** The fleet by name, and what was seen, for the next evaluation. Requests that reads have settled are dropped. */
export function fleet(
  observation: Observation,
  state: PlannerState | undefined,
  now: number,
): { groups: BurstGroup[]; seen: Record<string, Seen>; inFlight: InFlight[] } {
  const list = observation.groups.status === 'read' ? observation.groups.value : [];
  const byName = new Map(list.map((group) => [group.name, group]));
  const before = state?.seen ?? {};
  const requests = (state?.inFlight ?? []).filter((request) => !settledBy(request, observation, now));
  const known = [...byName.keys(), ...Object.keys(before), ...Object.keys(observation.looks)];
  const names = new Set([...known, ...requests.map((request) => request.name)]);
  const requestOf = new Map(requests.map((request) => [request.name, request]));
  const beats = new Map(observation.beats.map((beat) => [beat.replica, beat]));

  const groups = [...names].toSorted().flatMap((name) => {
    const look = observation.looks[name]?.value;
    const request = requestOf.get(name);
    if (look === null && !request) return [];
    const summary = byName.get(name);
    const health = healthOf(look, summary, before[name], request);
    return [groupOf(name, look ?? summary, look ?? null, health, request)];
  });
  function groupOf(
    name: string,
    shown: GroupSummary | undefined,
    look: Group | null,
    health: GroupHealth,
    request: InFlight | undefined,
  ): BurstGroup {
    const last = before[name];
    return {
      ...identityOf(name, shown, request),
      health,
      since: last?.health === health ? last.since : now,
      fresh: name in observation.looks || byName.has(name),
      drainingSince: drainingSince(shown?.tags ?? {}, state?.drains[name]),
      inFlight: request?.kind,
      beat: beats.get(name),
      detail: detailOf(look),
    };
  }
  const lookedAt = (name: string): number => observation.looks[name]?.at ?? before[name]?.at ?? 0;
  const seen = groups.map(({ name, health, since }): [string, Seen] => [name, { health, since, at: lookedAt(name) }]);
  return { groups, seen: Object.fromEntries(seen), inFlight: requests };
}

function identityOf(name: string, summary: GroupSummary | undefined, request: InFlight | undefined) {
  const tags = summary?.tags ?? {};
  return {
    name,
    ordinal: Number(tags[TAGS.ordinal] ?? request?.ordinal ?? ordinalOfName(name)),
    location: summary?.location ?? request?.location ?? '',
    revision: tags[TAGS.revision] ?? '',
    tags,
  };
}

function healthOf(
  look: Group | null | undefined,
  listed: GroupSummary | undefined,
  last: Seen | undefined,
  request: InFlight | undefined,
): GroupHealth {
  if (look) return groupHealth(look);
  if (request?.kind === 'create' || request?.kind === 'start') {
    return request.outcome === 'unknown' ? 'unknown' : 'starting';
  }
  const byList = listed ? summaryHealth(listed) : 'unknown';
  return byList === 'unknown' ? (last?.health ?? 'unknown') : byList;
}

/** How long a request may stay invisible before it counts as not having happened (milliseconds). */
const SETTLE_MS = { create: 20_000, start: 30_000, stop: 30_000, delete: 120_000 };

/**
 * A request is settled when a read by name, made after it was sent, shows its effect, or when Azure has had ample time
 * and shows none. A 404 shortly after a create is not an answer: the request may still be on its way.
 */
function settledBy(request: InFlight, observation: Observation, now: number): boolean {
  const look = observation.looks[request.name];
  if (!look || look.at < request.at) return false;
  const health = groupHealth(look.value);
  const late = now - request.at > SETTLE_MS[request.kind];
  switch (request.kind) {
    case 'create':
      return health !== 'gone' || late;
    case 'start':
      return health === 'starting' || health === 'serving' || late;
    case 'stop':
      return (health !== 'starting' && health !== 'serving') || late;
    case 'delete':
      return health === 'gone' || late;
  }
}

function drainingSince(tags: Record<string, string>, remembered: number | undefined): number | undefined {
  const tagged = Number(tags[TAGS.drain]);
  return Number.isFinite(tagged) && tags[TAGS.drain] !== undefined ? tagged : remembered;
}

const ordinalOfName = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1)) || 0;

function detailOf(group: Group | null): string {
  const odd = group?.containers.find((container) => container.state !== 'Running');
  if (!odd) return group?.provisioningState ?? 'not seen';
  const exit = odd.exitCode === undefined ? '' : `, exit code ${odd.exitCode}`;
  return `${odd.state.toLowerCase()}${exit}${odd.detail ? `, ${odd.detail}` : ''}`;
}
