import { reading, writing } from '../../shared/azure/attempt.ts';
import {
  groupOf,
  isMissing,
  summaryOf,
  usageOf,
  type GroupAnswer,
  type UsageAnswer,
} from '../../shared/azure/group-answers.ts';
import { apiVersionFor, groupBody } from '../../shared/azure/group-body.ts';
import { homeOf } from '../../shared/azure/group-home.ts';
import { TAGS } from '../../shared/placement/tags.ts';
import type { ContainerGroups } from '../../shared/ports/container-groups.ts';
import type { WriteOutcome } from '../../shared/ports/errors.ts';
import type { Deployment } from '../../shared/workload/workload.ts';
import { listAll, type Arm, type ArmCall } from './arm-client.ts';

const VERSION = { 'api-version': '2023-05-01' };

type Scope = Pick<Deployment, 'subscriptionId' | 'moreSubscriptions' | 'resourceGroup' | 'ownerId'>;

/** Container groups of a model of Azure. */
export function memoryGroups(
  arm: Arm,
  { subscriptionId, moreSubscriptions = [], resourceGroup, ownerId }: Scope,
): ContainerGroups {
  const provider = 'providers/Microsoft.ContainerInstance';
  const groupsOf = (subscription: string): string =>
    `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/${provider}/containerGroups`;
  const pathOf = (name: string): string =>
    `${groupsOf(homeOf(name, { subscriptionId, moreSubscriptions }))}/${encodeURIComponent(name)}`;
  const send = (
    method: ArmCall['method'],
    path: string,
    body?: () => unknown,
    version = VERSION['api-version'],
  ): Promise<WriteOutcome> =>
    writing(async () => {
      let headers: Record<string, string> = {};
      arm({ method, path, query: { 'api-version': version }, body: body?.() }, (told) => {
        headers = told;
      });
      return { headers: { get: (header: string) => headers[header] } };
    });
  return {
    list: () =>
      reading('Listing container groups', async () => {
        const all = [subscriptionId, ...moreSubscriptions].flatMap(
          (subscription) =>
            listAll(arm, { method: 'GET', path: groupsOf(subscription), query: VERSION }) as GroupAnswer[],
        );
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
    create: (request) => send('PUT', pathOf(request.name), () => groupBody(request), apiVersionFor(request)),
    start: (name) => send('POST', `${pathOf(name)}/start`),
    stop: (name) => send('POST', `${pathOf(name)}/stop`),
    delete: (name) => send('DELETE', pathOf(name)),
    setTags: (name, tags) => send('PATCH', pathOf(name), () => ({ tags })),
    usage: (location, subscription) =>
      reading(`Reading the quota of ${location}`, async () => {
        const path = `/subscriptions/${subscription ?? subscriptionId}/${provider}/locations/${location}/usages`;
        return usageOf(listAll(arm, { method: 'GET', path, query: VERSION }) as UsageAnswer[], location, subscription);
      }),
  };
}
