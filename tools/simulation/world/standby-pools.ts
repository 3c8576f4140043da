// Some workloads of a world take groups from a standby pool, in their first region and before all other places. The profile
// of the pool is what the workload runs as the world begins.

import { groupBody } from '../../../shared/azure/group-body.ts';
import type { Placement } from '../../../shared/workload/placement.ts';
import { idText } from '../../local/azure/arm.ts';
import { poolType, type StandbyPoolDeclaration } from '../../local/azure/standby-pools.ts';
import type { Random } from '../../local/random.ts';
import { RESOURCE_GROUP, SECRET, SUBSCRIPTION, whole, type DeclaredWorkload } from './declare.ts';

const NO_RULES: Placement = { apart: [], replicasPerGroup: 1, sizes: [] };

/** The declarations, of which about one in five has a pool where groups are made anew. */
export const poolSome = (random: Random, declared: DeclaredWorkload[]): DeclaredWorkload[] =>
  declared.map((each) => {
    const [drawn, ready] = [random.next() < 0.2, whole(random, 1, 12)];
    return drawn && each.workload.scaling.burst.lifecycle === 'create-delete' ? withPool(each, ready) : each;
  });

function withPool(declared: DeclaredWorkload, maxReadyCapacity: number): DeclaredWorkload {
  const { name, spec, scaling } = declared.workload;
  const id = { subscription: SUBSCRIPTION, resourceGroup: RESOURCE_GROUP, type: poolType, name: `${name}-pool` };
  const profile = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.ContainerInstance/containerGroupProfiles/${name}`;
  const [location = '', ...others] = scaling.burst.locations;
  const offerings = [
    { location, standbyPool: { id: idText(id), profile, revision: 1 } },
    ...[location, ...others].map((region) => ({ location: region })),
  ];
  const placement = { ...(scaling.placement ?? NO_RULES), offerings };
  return {
    ...declared,
    workload: { ...declared.workload, scaling: { ...scaling, placement } },
    pool: { id, maxReadyCapacity, profile: { id: profile, revision: 1, properties: profileOf(name, location, spec) } },
  };
}

const profileOf = (
  name: string,
  location: string,
  spec: DeclaredWorkload['workload']['spec'],
): StandbyPoolDeclaration['profile']['properties'] =>
  groupBody({
    name,
    location,
    tags: {},
    spec,
    ports: spec.probe ? [spec.probe.port] : [],
    secrets: { SETTING: SECRET },
  })['properties'] as object;
