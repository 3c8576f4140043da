// Where this workload's burst groups stand, for rules that compare places.

import type { InFlight } from '../controller/plan-types.ts';
import type { Workload } from '../workload/workload.ts';
import { replicasPerGroup, type Offering } from './offering.ts';
import { TAGS } from './tags.ts';

export interface Place {
  location: string;
  zone: string | undefined;
  subnet: string | undefined;
  priority: 'Regular' | 'Spot';
  /** Replicas in the group. */
  replicas: number;
}

interface Standing {
  name: string;
  location: string;
  tags: Record<string, string>;
}

/** Key of the offering that a group stands at; `asked`: that of the request that made it, while its tags cannot be seen. */
export const offeringKey = ({ tags, location }: Omit<Standing, 'name'>, asked?: string): string =>
  tags[TAGS.offering] ?? asked ?? location;

/** Reads the tag of a group, or the request that made it; what is not declared any more is known by its region alone. */
export function placeOfGroup(
  group: Standing,
  inFlight: InFlight[],
  workload: Workload,
  offerings: readonly Offering[],
): Place {
  const request = inFlight.find(({ name }) => name === group.name);
  const key = offeringKey(group, request?.offering);
  const offering = offerings.find((candidate) => candidate.key === key);
  return {
    location: group.location,
    zone: offering?.zone,
    subnet: offering?.subnet,
    priority: offering?.priority ?? 'Regular',
    replicas: replicasOf(group, workload),
  };
}

/** Replicas that a group stands for. One whose tags cannot be seen yet counts as made today. */
const replicasOf = ({ tags }: Pick<Standing, 'tags'>, workload: Workload): number =>
  TAGS.owner in tags ? Number(tags[TAGS.replicas] ?? 1) || 1 : replicasPerGroup(workload);

/** Replicas that groups stand for together. */
export const replicasIn = (groups: Pick<Standing, 'tags'>[], workload: Workload): number =>
  groups.reduce((sum, group) => sum + replicasOf(group, workload), 0);

/** Groups of today's size that these amount to: those from before a change of `replicasPerGroup` hold more or fewer. */
export const groupsWorth = (groups: Pick<Standing, 'tags'>[], workload: Workload): number =>
  Math.floor(replicasIn(groups, workload) / replicasPerGroup(workload));

export const placeOfOffering = ({ location, zone, subnet, priority }: Offering, replicas: number): Place => ({
  location,
  zone,
  subnet,
  priority,
  replicas,
});
