// Container groups through @azure/arm-containerinstance. Writes are single raw requests through the client's own
// pipeline: its pollers poll at once, and a poller whose first status request fails reports an accepted create as a
// failure.

import type { ContainerInstanceManagementClient, Usage as ArmUsage } from '@azure/arm-containerinstance';
import type { HttpMethods } from '@azure/core-rest-pipeline';
import { TAGS } from '../placement/tags.ts';
import type { ContainerGroups, CreateGroup, Group, GroupSummary, Usage } from '../ports/container-groups.ts';
import type { WriteOutcome } from '../ports/errors.ts';
import { reading, writing } from './attempt.ts';
import { armUrl, sendArm } from './arm.ts';
import { groupOf, isMissing, summaryOf, usageOf } from './group-answers.ts';
import { apiVersionFor, groupBody } from './group-body.ts';
import { homeOf } from './group-home.ts';

/** Where the container groups live and which of them are ours. */
export interface GroupScope {
  subscriptionId: string;
  /** Others that hold groups of ours, in a resource group of the same name. */
  moreSubscriptions?: string[] | undefined;
  resourceGroup: string;
  ownerId: string;
  armEndpoint: string;
}

/** The client for a subscription. */
type ClientOf = (subscriptionId: string) => ContainerInstanceManagementClient;

export class AzureContainerGroups implements ContainerGroups {
  readonly #clientOf: ClientOf;
  readonly #scope: GroupScope;

  /** Clients must be made with the options of `armCalls`: a write that is retried inside is not a single request. */
  constructor(clientOf: ClientOf, scope: GroupScope) {
    this.#clientOf = clientOf;
    this.#scope = scope;
  }

  list(): Promise<GroupSummary[]> {
    return reading('Listing container groups', async () => {
      const own: GroupSummary[] = [];
      const { subscriptionId, moreSubscriptions = [], resourceGroup, ownerId } = this.#scope;
      for (const subscription of [subscriptionId, ...moreSubscriptions]) {
        const { containerGroups } = this.#clientOf(subscription);
        for await (const group of containerGroups.listByResourceGroup(resourceGroup)) {
          if (group.tags?.[TAGS.owner] === ownerId) own.push(summaryOf(group));
        }
      }
      return own;
    });
  }

  get(name: string): Promise<Group | undefined> {
    return reading(`Reading container group ${name}`, async () => {
      try {
        return groupOf(
          await this.#clientOf(homeOf(name, this.#scope)).containerGroups.get(this.#scope.resourceGroup, name),
        );
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  create(request: CreateGroup): Promise<WriteOutcome> {
    return writing(() => this.#send('PUT', request.name, '', groupBody(request), apiVersionFor(request)));
  }

  start(name: string): Promise<WriteOutcome> {
    return writing(() => this.#send('POST', name, '/start'));
  }

  stop(name: string): Promise<WriteOutcome> {
    return writing(() => this.#send('POST', name, '/stop'));
  }

  delete(name: string): Promise<WriteOutcome> {
    return writing(async () => {
      try {
        return await this.#send('DELETE', name, '');
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  setTags(name: string, tags: Record<string, string>): Promise<WriteOutcome> {
    return writing(() => this.#send('PATCH', name, '', { tags }));
  }

  usage(location: string, subscription?: string): Promise<Usage> {
    return reading(`Reading the quota of ${location}`, async () => {
      const usages: ArmUsage[] = [];
      const client = this.#clientOf(subscription ?? this.#scope.subscriptionId);
      for await (const usage of client.location.listUsage(location)) usages.push(usage);
      return usageOf(usages, location, subscription);
    });
  }

  #send(
    method: HttpMethods,
    name: string,
    suffix: string,
    body?: unknown,
    version = apiVersionFor({}),
  ): Promise<unknown> {
    const { resourceGroup, armEndpoint } = this.#scope;
    const home = homeOf(name, this.#scope);
    const groups = `/subscriptions/${home}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups`;
    const url = armUrl(armEndpoint, `${groups}/${encodeURIComponent(name)}${suffix}`, version);
    return sendArm(this.#clientOf(home), { method, url, body });
  }
}
