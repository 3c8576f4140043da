// Container groups through @azure/arm-containerinstance. Writes are single raw requests through the client's own
// pipeline: its pollers poll at once, and a poller whose first status request fails reports an accepted create as a
// failure.

import type {
  Container,
  ContainerGroup,
  ContainerInstanceManagementClient,
  Usage as ArmUsage,
} from '@azure/arm-containerinstance';
import type { HttpMethods } from '@azure/core-rest-pipeline';
import { TAGS } from '../placement/tags.ts';
import type {
  ContainerGroups,
  ContainerStatus,
  CreateGroup,
  Group,
  GroupSummary,
  Usage,
} from '../ports/container-groups.ts';
import { AzureFailure, type WriteOutcome } from '../ports/errors.ts';
import { reading, writing } from './attempt.ts';
import { armUrl, sendArm } from './arm.ts';
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
        if (group.tags?.[TAGS.owner] === this.#scope.ownerId) own.push(summary(group));
      }
      return own;
    });
  }

  get(name: string): Promise<Group | undefined> {
    return reading(`Reading container group ${name}`, async () => {
      try {
        return details(await this.#client.containerGroups.get(this.#scope.resourceGroup, name));
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
      return {
        location,
        groups: count(usages, location, 'ContainerGroups'),
        cores: count(usages, location, 'StandardCores'),
      };
    });
  }

  #send(method: HttpMethods, name: string, suffix: string, body?: unknown): Promise<unknown> {
    const { subscriptionId, resourceGroup, armEndpoint } = this.#scope;
    const groups = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups`;
    const url = armUrl(armEndpoint, `${groups}/${encodeURIComponent(name)}${suffix}`, API_VERSION);
    return sendArm(this.#client, { method, url, body });
  }
}

// Only Azure's own word for the group itself counts: a missing resource group or a 404 of something in between says
// nothing about the name.
function isMissing(error: unknown): boolean {
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  return statusCode === 404 && (code === 'ResourceNotFound' || code === 'NotFound');
}

function summary(group: ContainerGroup): GroupSummary {
  return {
    name: group.name ?? '',
    location: group.location ?? '',
    provisioningState: group.provisioningState ?? '',
    tags: group.tags ?? {},
  };
}

function details(group: ContainerGroup): Group {
  const requested = (what: 'cpu' | 'memoryInGB'): number =>
    group.containers.reduce((sum, container) => sum + container.resources.requests[what], 0);
  return {
    ...summary(group),
    state: group.instanceView?.state,
    containers: group.containers.map(containerStatus),
    cpu: requested('cpu'),
    memoryInGB: requested('memoryInGB'),
    ip: group.ipAddress?.ip,
  };
}

function containerStatus({ name, instanceView }: Container): ContainerStatus {
  const current = instanceView?.currentState;
  return {
    name,
    // Before a container has an instance view it waits for its image.
    state: current?.state ?? 'Waiting',
    exitCode: current?.exitCode,
    detail: current?.detailStatus,
    restartCount: instanceView?.restartCount ?? 0,
    since: (current?.finishTime ?? current?.startTime)?.getTime(),
  };
}

function count(usages: ArmUsage[], location: string, name: string): { used: number; limit: number } {
  const usage = usages.find((entry) => entry.name?.value === name);
  if (usage?.currentValue === undefined || usage.limit === undefined) {
    throw new AzureFailure(
      `Reading the quota of ${location}`,
      {
        class: 'wait',
        code: 'UsageMissing',
        message: `Azure's answer has no usage named ${name}.`,
        retryAfterMs: 60_000,
      },
      undefined,
    );
  }
  return { used: usage.currentValue, limit: usage.limit };
}
