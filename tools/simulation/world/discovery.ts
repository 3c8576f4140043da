// Some workloads of a world are published: their replicas answer a probe while they run, and stand in a record set, in the
// back-end pool of a gateway, or in both.

import type { Probes } from '../../../shared/ports/probes.ts';
import type { Discovery, Workload } from '../../../shared/workload/workload.ts';
import { idText } from '../../local/azure/arm.ts';
import type { AzureModel } from '../../local/azure/azure.ts';
import { gatewayType } from '../../local/azure/gateways.ts';
import { zoneType } from '../../local/azure/private-zones.ts';
import type { Random } from '../../local/random.ts';
import { pick, RESOURCE_GROUP, SUBSCRIPTION, type DeclaredWorkload } from './declare.ts';

const inGroup = (type: string, name: string) => ({
  subscription: SUBSCRIPTION,
  resourceGroup: RESOURCE_GROUP,
  type,
  name,
});

export const ZONE = inGroup(zoneType, 'shop.internal');
export const GATEWAY = inGroup(gatewayType, 'front');

/** The declarations, of which about half are published. */
export const publishSome = (random: Random, declared: DeclaredWorkload[]): DeclaredWorkload[] =>
  declared.map((each) => (random.next() < 0.5 ? { ...each, workload: published(random, each.workload) } : each));

function published(random: Random, workload: Workload): Workload {
  const recordSet = `${idText(ZONE)}/A/${workload.name}`;
  const backendPool = `${idText(GATEWAY)}/backendAddressPools/${workload.name}`;
  const ways: Partial<Discovery>[] = [{ recordSet }, { recordSet }, { recordSet, backendPool }, { backendPool }];
  const discovery = { ...pick(random, ways), ttlSeconds: pick(random, [10, 30, 60]) };
  return {
    ...workload,
    spec: { ...workload.spec, probe: { path: '/healthz', port: 8080 } },
    scaling: { ...workload.scaling, discovery },
  };
}

/** Replicas answer while their containers run. */
export const probesOf = ({ groups }: AzureModel): Probes => ({
  probe: async (call) =>
    groups.all().some(({ ip, running }) => running && ip === call.ip) ? 'healthy' : 'unreachable',
});
