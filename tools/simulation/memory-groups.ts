import { reading, writing } from '../../shared/azure/attempt.ts';
import {
  groupOf,
  isMissing,
  summaryOf,
  usageOf,
  type GroupAnswer,
  type UsageAnswer,
} from '../../shared/azure/group-answers.ts';
import { groupBody } from '../../shared/azure/group-body.ts';
import { TAGS } from '../../shared/placement/tags.ts';
import type { ContainerGroups } from '../../shared/ports/container-groups.ts';
import type { WriteOutcome } from '../../shared/ports/errors.ts';
import type { Deployment } from '../../shared/workload/workload.ts';
import { listAll, type Arm, type ArmCall } from './arm-client.ts';

const VERSION = { 'api-version': '2023-05-01' };

/** Container groups of a model of Azure. */
export function memoryGroups(
  arm: Arm,
  { subscriptionId, resourceGroup, ownerId }: Pick<Deployment, 'subscriptionId' | 'resourceGroup' | 'ownerId'>,
): ContainerGroups {
  const provider = 'providers/Microsoft.ContainerInstance';
  const groups = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/${provider}/containerGroups`;
  const pathOf = (name: string): string => `${groups}/${encodeURIComponent(name)}`;
  const send = (method: ArmCall['method'], path: string, body?: unknown): Promise<WriteOutcome> =>
    writing(async () => arm({ method, path, query: VERSION, body }));
  return {
    list: () =>
      reading('Listing container groups', async () => {
        const all = listAll(arm, { method: 'GET', path: groups, query: VERSION }) as GroupAnswer[];
        return all.filter((group) => group.tags?.[TAGS.owner] === ownerId).map(summaryOf);
      }),
    get: (name) =>
      reading(`Reading container group ${name}`, async () => {
        try {
          return groupOf(arm({ method: 'GET', path: pathOf(name), query: VERSION }) as GroupAnswer);
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    create: (request) =>
      writing(async () => arm({ method: 'PUT', path: pathOf(request.name), query: VERSION, body: groupBody(request) })),
    start: (name) => send('POST', `${pathOf(name)}/start`),
    stop: (name) => send('POST', `${pathOf(name)}/stop`),
    delete: (name) => send('DELETE', pathOf(name)),
    setTags: (name, tags) => send('PATCH', pathOf(name), { tags }),
    usage: (location) =>
      reading(`Reading the quota of ${location}`, async () => {
        const path = `/subscriptions/${subscriptionId}/${provider}/locations/${location}/usages`;
        return usageOf(listAll(arm, { method: 'GET', path, query: VERSION }) as UsageAnswer[], location);
      }),
  };
}
