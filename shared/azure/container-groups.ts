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
import { groupBody } from './group-body.ts';

/** The version the client's types describe; raw requests must use the same. */
const API_VERSION = '2023-05-01';

/** Where the container groups live and which of them are ours. */
export interface GroupScope {
  subscriptionId: string;
  resourceGroup: string;
  ownerId: string;
  armEndpoint: string;
}

export class AzureContainerGroups implements ContainerGroups {
  readonly #client: ContainerInstanceManagementClient;
  readonly #scope: GroupScope;

  /** `client` must be made with the options of `armCalls`: a write that is retried inside is not a single request. */
  constructor(client: ContainerInstanceManagementClient, scope: GroupScope) {
    this.#client = client;
    this.#scope = scope;
  }

  list(): Promise<GroupSummary[]> {
    return reading('Listing container groups', async () => {
      const own: GroupSummary[] = [];
      for await (const group of this.#client.containerGroups.listByResourceGroup(this.#scope.resourceGroup)) {
        if (group.tags?.[TAGS.owner] === this.#scope.ownerId) own.push(summaryOf(group));
      }
      return own;
    });
  }

  get(name: string): Promise<Group | undefined> {
    return reading(`Reading container group ${name}`, async () => {
      try {
        return groupOf(await this.#client.containerGroups.get(this.#scope.resourceGroup, name));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  create(request: CreateGroup): Promise<WriteOutcome> {
    return writing(() => this.#send('PUT', request.name, '', groupBody(request)));
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
        await this.#send('DELETE', name, '');
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  setTags(name: string, tags: Record<string, string>): Promise<WriteOutcome> {
    return writing(() => this.#send('PATCH', name, '', { tags }));
  }

  usage(location: string): Promise<Usage> {
    return reading(`Reading the quota of ${location}`, async () => {
      const usages: ArmUsage[] = [];
      for await (const usage of this.#client.location.listUsage(location)) usages.push(usage);
      return usageOf(usages, location);
    });
  }

  #send(method: HttpMethods, name: string, suffix: string, body?: unknown): Promise<unknown> {
    const { subscriptionId, resourceGroup, armEndpoint } = this.#scope;
    const groups = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups`;
    const url = armUrl(armEndpoint, `${groups}/${encodeURIComponent(name)}${suffix}`, API_VERSION);
    return sendArm(this.#client, { method, url, body });
  }
}
