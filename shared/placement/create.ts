// Creates for new groups: a place for each, the smallest free ordinals, and the tags by which Azure tells what they are.

import { isHarmed } from '../failover/places.ts';
import { broken, counts, names } from '../failover/retire.ts';
import type { Action, InFlight, PlanInput } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { assign, type Assigned } from './assign.ts';
import { startsGroup } from './claim.ts';
import { groupName } from './names.ts';
import { offeringsOf, replicasPerGroup, type Candidate } from './offering.ts';
import { experienceNow, poolsNow } from './ready.ts';
import { heldOfferings, preflight, type Finding } from './preflight.ts';
import { scoreReasons } from './score.ts';
import { TAGS } from './tags.ts';
import { byOffering, startAgain } from './kept.ts';
import { placeOfGroup } from './tally.ts';

export type Create = Extract<Action, { kind: 'create-group' }>;

/** Places, and how many groups are ready in which standby pool. */
export interface NewPlaces extends Assigned {
  ready: Record<string, number>;
}

export interface Creates {
  actions: Action[];
  reasons: Reason[];
}

/** Why nothing of this revision is started any more: Azure refused it for good. */
export function revisionRefused({ state, workload }: PlanInput): Reason | undefined {
  const refused = state?.refusedRevision;
  if (refused?.revision !== workload.revision) return undefined;
  const { code, message } = refused.failure;
  // The sentence goes on after it.
  return reason('revision-refused', { code, message: message.replace(/\.$/, '') });
}

/** `kept`: stopped groups that start again where one is wanted at their place. */
export function createNew(
  input: PlanInput,
  groups: BurstGroup[],
  inFlight: InFlight[],
  count: number,
  kept: BurstGroup[] = [],
): Creates {
  const assigned = assignNew(input, groups, inFlight, count, kept);
  const starts = startAgain(input.workload, assigned.again, kept);
  const fresh = withOrdinals(input, assigned, freeOrdinals(groups, assigned.places.length));
  return { actions: [...starts, ...fresh.actions], reasons: fresh.reasons };
}

/** What speaks against the places of the workload beforehand. */
export const preflightOf = ({ workload, deployment, observation }: PlanInput): Finding[] =>
  preflight(workload, deployment, observation.preflight, observation.usages);

/** Places for so many groups, beside those that stand and those that are in flight. */
export function assignNew(
  input: PlanInput,
  groups: BurstGroup[],
  inFlight: InFlight[],
  count: number,
  kept: BurstGroup[] = [],
): NewPlaces {
  const { workload, observation, state, now } = input;
  const { usages, usagesAt, others } = observation;
  const offerings = offeringsOf(workload);
  const standing = groups.filter((group) => counts(group) && broken(group, workload, now) === undefined);
  const pools = poolsNow(input, groups, inFlight);
  const ready = Object.fromEntries(pools.map((pool) => [pool.id, pool.ready]));
  const assigned = assign({
    count,
    workload,
    here: standing.map((group) => placeOfGroup(group, inFlight, workload, offerings)),
    known: {
      usages,
      usagesAt,
      inFlight,
      closed: state?.closed ?? {},
      budgets: state?.budgets,
      others,
      preflight: observation.preflight,
      held: heldOfferings(preflightOf(input)),
    },
    experience: experienceNow(input, state?.experience, pools),
    harmed: (location) => isHarmed(location, state?.suspects, now),
    stopped: byOffering(kept),
    ready,
    now,
  });
  return { ...assigned, ready };
}

export function withOrdinals(
  input: PlanInput,
  { places, scored, reasons, ready }: NewPlaces,
  ordinals: number[],
): Creates {
  const left = { ...ready };
  const actions = places.map((candidate, index) => {
    const pool = candidate.offering.standbyPool?.id ?? '';
    const isReady = (left[pool] ?? 0) > 0;
    left[pool] = (left[pool] ?? 0) - 1;
    return createAt(input, candidate, ordinals[index] ?? 0, isReady);
  });
  return { actions, reasons: [...reasons, ...scoreReasons(actions, scored)] };
}

function createAt(
  { workload, deployment }: PlanInput,
  { offering, size, place }: Candidate,
  ordinal: number,
  isReady: boolean,
): Create {
  const { location, subscription } = offering;
  const replicas = replicasPerGroup(workload);
  const tags = {
    [TAGS.owner]: deployment.ownerId,
    [TAGS.workload]: workload.name,
    [TAGS.revision]: workload.revision,
    [TAGS.ordinal]: String(ordinal),
    ...(offering.key !== location && { [TAGS.offering]: offering.key }),
    ...(replicas > 1 && { [TAGS.replicas]: String(replicas) }),
    ...(isReady && { [TAGS.ready]: 'true' }),
  };
  return {
    kind: 'create-group',
    name: groupName(deployment.ownerId, workload, location, ordinal, subscription),
    ordinal,
    location,
    tags,
    place,
    offering: offering.key,
    ...(subscription !== undefined && { subscription }),
    cores: size.cpu * replicas,
    ...(replicas > 1 && { replicas }),
  };
}

/** The smallest numbers no known group holds; a group is known until a read by name answered 404. */
function freeOrdinals(groups: BurstGroup[], count: number): number[] {
  const taken = new Set(groups.map((group) => group.ordinal));
  const free: number[] = [];
  for (let ordinal = 1; free.length < count; ordinal++) if (!taken.has(ordinal)) free.push(ordinal);
  return free;
}

/** What is started, by offering: told when it is known what the limits let start. */
export function started(actions: Action[]): Reason[] {
  const byPlace = Map.groupBy(actions.filter(startsGroup), ({ offering, location }) => offering ?? location);
  return [...byPlace].map(([location, list]) =>
    reason('start-out', { count: list.length, location, names: names(list) }),
  );
}
