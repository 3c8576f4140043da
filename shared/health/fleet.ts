// Which container groups of this workload exist, as far as anyone can know? Merges what the list shows (late, without
// instance view), what reads by name say (exact), what was seen before and what was sent but is not visible yet.
// Fails towards "it exists and may bill": a group leaves only when a read by name answered 404.

import type { GroupHealth, InFlight, Observation, PlannerState, Seen } from '../controller/plan-types.ts';
import { TAGS } from '../placement/tags.ts';
import type { Group, GroupSummary } from '../ports/container-groups.ts';
import type { Beat } from '../ports/stores.ts';
import { counted } from '../telemetry/wording.ts';
import type { Probe } from '../workload/workload.ts';
import { judge, startOf, type Evidence } from './judge.ts';
import type { Fault, Judged, ReplicaState } from './replica-state.ts';
import { seenIn } from './short-seen.ts';
import { settledBy } from './settled.ts';
import { heardAt, hears, unheard } from './signs.ts';
import { givenUp } from './time-boxes.ts';

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
  /** True when it was read by name: what only a list or memory says may be over, for a group that starts or failed. */
  looked: boolean;
  drainingSince?: number | undefined;
  /** True when it was chosen to go and waits until it is out of discovery. */
  leaving?: boolean;
  /** True when a read by name shows a mark of a drain that is not: taking it off may have been lost. */
  strayMark?: boolean;
  /** The request on it that Azure has not shown yet. */
  inFlight?: InFlight['kind'] | undefined;
  tags: Record<string, string>;
  beat?: Beat | undefined;
  /** True when its place cannot be read and it does not speak for itself: it counts as gone from capacity. */
  lost?: boolean | undefined;
  detail: string;
  /** The finer state that the health comes from, and whose fault it is. */
  state?: ReplicaState | undefined;
  fault?: Fault | undefined;
  /** True when it runs and its own probe was not answered yet, well or badly. */
  unprobed?: boolean;
  /** Why it should be replaced, when its time in this state is up. */
  givenUp?: string | undefined;
}

/** What the workload declared of its own health, by revision, and which groups are its own. */
export interface OwnHealth {
  /** By the tags that a read by name shows: somebody may have changed them. */
  owns: (tags: Record<string, string>) => boolean;
  /** `remembered`: the group was probed before, so that it has one although nothing may tell which. */
  probeOf: (revision: string, remembered: boolean) => Probe | undefined;
  /** Revision of a group whose tags cannot be seen, by its name. */
  revisionOf: (name: string) => string;
}

/** The fleet by name, and what was seen, for the next evaluation. Requests that reads have settled are dropped. */
export function fleet(
  observation: Observation,
  state: PlannerState | undefined,
  now: number,
  own?: OwnHealth,
): { groups: BurstGroup[]; seen: Record<string, Seen>; inFlight: InFlight[]; unheard: PlannerState['unheard'] } {
  const list = observation.groups.status === 'read' ? observation.groups.value : [];
  const byName = lastByName(list, ({ name }) => name);
  const before = seenIn(state);
  const requests = (state?.inFlight ?? []).filter((request) => !settledBy(request, observation, now));
  const requestOf = lastByName(requests, ({ name }) => name);
  const beats = lastByName(observation.beats, ({ replica }) => replica);
  const names = new Set(byName.keys());
  for (const name of Object.keys(before)) names.add(name);
  for (const name of Object.keys(observation.looks)) names.add(name);
  for (const name of requestOf.keys()) names.add(name);
  const heard = hears(observation.beats, names, now);
  const deaf = unheard(observation, state, before);
  const probes = deaf ? undefined : observation.probes;

  const groups: BurstGroup[] = [];
  const seen: Record<string, Seen> = {};
  for (const name of [...names].toSorted()) {
    const evidence: Evidence = {
      look: observation.looks[name],
      listed: byName.get(name),
      last: before[name],
      request: requestOf.get(name),
      beat: beats.get(name),
      heard,
      probe: probes?.[name],
      probedAt: observation.probedAt,
      probedBefore: heardAt(state),
      drains: state?.drains,
    };
    if (evidence.look?.value === null && !evidence.request) continue;
    const judged = groupOf(name, ownPart(evidence, own, now), own, now);
    groups.push(judged.group);
    seen[name] = judged.seen;
  }
  return { groups, seen, inFlight: requests, unheard: deaf };
}

/** What concerns this workload: of a group that bears the tags of somebody else now, nothing. */
const ownPart = (evidence: Evidence, own: OwnHealth | undefined, now: number): Evidence =>
  own && evidence.look?.value && !own.owns(evidence.look.value.tags) ? foreign(evidence, now) : evidence;

/** Gone for this workload, which leaves it alone: only its name stays taken. */
const foreign = (evidence: Evidence, now: number): Evidence => ({
  ...evidence,
  look: undefined,
  listed: undefined,
  request: undefined,
  beat: undefined,
  drains: {},
  last: { health: 'gone', at: evidence.look?.at ?? now, since: now },
});

/** The last of each name; a fleet may be of thousands. */
function lastByName<T>(all: readonly T[], nameOf: (one: T) => string): Map<string, T> {
  const byName = new Map<string, T>();
  for (const one of all) byName.set(nameOf(one), one);
  return byName;
}

/** One group, and what to remember of it. */
function groupOf(
  name: string,
  evidence: Evidence,
  own: OwnHealth | undefined,
  now: number,
): { group: BurstGroup; seen: Seen } {
  const { look, listed, request, drains } = evidence;
  const shown = look?.value ?? listed;
  const identity = identityOf(name, shown, request, own);
  const draining = drainingSince(identity, drains, now);
  const probe = own?.probeOf(identity.revision, evidence.last?.probe !== undefined);
  const { judged, seen } = judge(evidence, probe, draining !== undefined, now);
  const group: BurstGroup = {
    ...identity,
    health: seen.health,
    since: seen.since,
    fresh: look !== undefined || listed !== undefined,
    looked: look !== undefined,
    drainingSince: draining,
    strayMark: draining === undefined && isMarked(look?.value),
    inFlight: request?.kind,
    beat: beatNow(evidence),
    detail: detailOf(look?.value ?? null, judged),
    ...judged,
    unprobed: isUnprobed(judged, seen),
    givenUp: notAsked(judged, seen, evidence)
      ? undefined
      : givenUp(judged.state, now - (seen.stateSince ?? seen.since)),
  };
  return { group, seen };
}

/** None of before its containers began anew: they know of no drain, and take work. */
const beatNow = ({ look, beat }: Evidence): Beat | undefined =>
  beat && beat.at >= startOf(look?.value) ? beat : undefined;

const BY_PROBE: ReadonlySet<ReplicaState> = new Set(['warming', 'not-ready', 'unreachable']);

/** Whether its own probe alone says that it does not serve. */
export const byItsProbe = ({ state }: Pick<BurstGroup, 'state'>): boolean => state !== undefined && BY_PROBE.has(state);

/** What its probe alone says was not asked this time, or nobody was heard: after an outage of ours it may have answered well for long. */
const notAsked = (judged: Judged, { probe }: Seen, evidence: Evidence): boolean =>
  byItsProbe(judged) && probe?.ip !== undefined && evidence.probe === undefined;

const isUnprobed = ({ state }: Judged, { probe }: Seen): boolean => state === 'warming' && probe?.fails === 0;

function identityOf(
  name: string,
  summary: GroupSummary | undefined,
  request: InFlight | undefined,
  own: OwnHealth | undefined,
) {
  const tags = summary?.tags ?? {};
  return {
    name,
    ordinal: Number(tags[TAGS.ordinal] ?? request?.ordinal ?? ordinalOfName(name)),
    location: summary?.location ?? request?.location ?? '',
    revision: tags[TAGS.revision] ?? own?.revisionOf(name) ?? '',
    tags,
  };
}

/**
 * By memory, which is written before the tag is and which replicas are told by. The tag counts only where nothing is
 * remembered at all: it may be of a drain that was cancelled since, in a list that lags or by a request that was lost,
 * and a replica that was told to serve meanwhile has taken new work. That drain begins anew: whether anybody was told is lost, too.
 */
function drainingSince(
  { name, tags }: Pick<BurstGroup, 'name' | 'tags'>,
  remembered: PlannerState['drains'] | undefined,
  now: number,
): number | undefined {
  if (remembered) return remembered[name];
  return Number.isFinite(Number(tags[TAGS.drain] ?? NaN)) ? now : undefined;
}

const isMarked = (group: Group | null | undefined): boolean => group?.tags[TAGS.drain] !== undefined;

const ordinalOfName = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1)) || 0;

/** For the sentence; what a registry answers may be long. */
function detailOf(group: Group | null, { state, fault }: Judged): string {
  if (!group) return 'not read by name';
  const odd = group.containers.find((container) => container.state !== 'Running');
  const exit = fault?.exitCode ?? odd?.exitCode;
  const parts = [
    state,
    ...(exit === undefined ? [] : [`exit code ${exit}`]),
    ...(odd && odd.restartCount > 0 ? [`restarted ${counted(odd.restartCount, 'time')}`] : []),
    ...(odd?.detail ? [odd.detail] : []),
    ...(fault?.message ? [fault.message] : []),
  ];
  return parts.join(', ').slice(0, 200);
}
