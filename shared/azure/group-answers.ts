// What Azure says about container groups, translated. Pure, and open in its types: a client's models fit, and so does
// the JSON they are made of, once its `properties` are lifted and its times are dates.

import type { ContainerStatus, Group, GroupEvent, GroupSummary, Usage } from '../ports/container-groups.ts';
import { AzureFailure } from '../ports/errors.ts';

export interface GroupAnswer {
  name?: string;
  location?: string;
  provisioningState?: string;
  tags?: Record<string, string>;
  instanceView?: { state?: string };
  ipAddress?: { ip?: string };
  containers: ContainerAnswer[];
}

interface ContainerAnswer {
  name: string;
  resources: { requests: { cpu: number; memoryInGB: number } };
  instanceView?: {
    restartCount?: number;
    currentState?: { state?: string; exitCode?: number; detailStatus?: string; startTime?: Date; finishTime?: Date };
    previousState?: { exitCode?: number };
    events?: EventAnswer[];
  };
}

interface EventAnswer {
  name?: string;
  message?: string;
  lastTimestamp?: Date;
}

export interface UsageAnswer {
  name?: { value?: string };
  currentValue?: number;
  limit?: number;
}

export function summaryOf(
  group: Pick<GroupAnswer, 'name' | 'location' | 'provisioningState' | 'tags' | 'ipAddress'>,
): GroupSummary {
  return {
    name: group.name ?? '',
    location: group.location ?? '',
    provisioningState: group.provisioningState ?? '',
    tags: group.tags ?? {},
    ip: group.ipAddress?.ip,
  };
}

export function groupOf(group: GroupAnswer): Group {
  const requested = (what: 'cpu' | 'memoryInGB'): number =>
    group.containers.reduce((sum, container) => sum + container.resources.requests[what], 0);
  return {
    ...summaryOf(group),
    state: group.instanceView?.state,
    containers: group.containers.map(containerStatus),
    cpu: requested('cpu'),
    memoryInGB: requested('memoryInGB'),
  };
}

function containerStatus({ name, instanceView = {} }: ContainerAnswer): ContainerStatus {
  const { currentState: current, previousState, restartCount = 0, events = [] } = instanceView;
  return {
    name,
    // Before a container has an instance view it waits for its image.
    state: current?.state ?? 'Waiting',
    exitCode: current?.exitCode,
    detail: current?.detailStatus,
    restartCount,
    since: (current?.finishTime ?? current?.startTime)?.getTime(),
    previousExitCode: previousState?.exitCode,
    events: lastOfEach(events),
  };
}

/** A container that restarts for hours has many events of few kinds. */
function lastOfEach(answers: EventAnswer[]): GroupEvent[] {
  const events = answers.map(({ name = '', message = '', lastTimestamp }) => ({
    name,
    message,
    at: lastTimestamp?.getTime() ?? 0,
  }));
  const byTime = events.toSorted((a, b) => a.at - b.at);
  return byTime.filter(({ name }, index) => byTime.findLastIndex((event) => event.name === name) === index);
}

/** Throws AzureFailure when a count is missing: no quota is not a quota of nothing. */
export const usageOf = (usages: UsageAnswer[], location: string, subscription?: string): Usage => ({
  location,
  ...(subscription !== undefined && { subscription }),
  groups: count(usages, location, 'ContainerGroups'),
  cores: count(usages, location, 'StandardCores'),
  ...optional('spotCores', usages, 'StandardSpotCores'),
  ...optional('confidentialCores', usages, 'ConfidentialCores'),
});

/** Older answers lack these; then they do not bind. */
function optional(field: 'spotCores' | 'confidentialCores', usages: UsageAnswer[], name: string): Partial<Usage> {
  const usage = usages.find((entry) => entry.name?.value === name);
  if (usage?.currentValue === undefined || usage.limit === undefined) return {};
  return { [field]: { used: usage.currentValue, limit: usage.limit } };
}

function count(usages: UsageAnswer[], location: string, name: string): { used: number; limit: number } {
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

/**
 * Whether an error says that the group itself is not there. Only Azure's own word for it counts: a missing resource
 * group, or a 404 of something in between, says nothing about the name.
 */
export function isMissing(error: unknown): boolean {
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  return statusCode === 404 && (code === 'ResourceNotFound' || code === 'NotFound');
}
