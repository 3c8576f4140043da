// Inputs of a plan, with anything changed: a calm world in which two machines serve and no group runs.

import type { InFlight, Observation, PlanInput, PlannerState } from '../../shared/controller/plan-types.ts';
import { TAGS } from '../../shared/placement/tags.ts';
import type { Group } from '../../shared/ports/container-groups.ts';
import { begin } from './azure-samples.ts';
import { OWNER, workloadOf } from './workload-of.ts';

export const NOW = begin;

export const deployment = { ownerId: OWNER, subscriptionId: 's', resourceGroup: 'rg', unattendedMinutes: 60 };

const instance = (id: string) => ({ id, provisioning: 'succeeded', power: 'running', health: 'healthy' });

export const scaleSetOf = (...ids: string[]) => ({
  capacity: ids.length,
  provisioningState: 'Succeeded',
  etag: '"1"',
  orchestration: 'Uniform' as const,
  instances: ids.map(instance),
});

export const observationOf = (changes: Partial<Observation> = {}): Observation => ({
  startedAt: NOW,
  queue: { status: 'read', value: { active: 0, deadLetter: 0, scheduled: 0 }, at: NOW },
  minutes: [],
  minutesAt: NOW,
  alerts: [],
  groups: { status: 'read', value: [], at: NOW },
  looks: {},
  base: { status: 'read', value: scaleSetOf('0', '1'), at: NOW },
  usages: [],
  usagesAt: NOW,
  beats: [],
  ledger: { status: 'read', value: null, at: NOW },
  sweeperAlive: true,
  ...changes,
});

export const stateOf = (changes: Partial<PlannerState> = {}): PlannerState => ({
  version: 1,
  bornAt: NOW - 3_600_000,
  observedAt: NOW - 10_000,
  samples: [],
  wanted: [],
  inFlight: [],
  seen: {},
  drains: {},
  closed: {},
  usages: [],
  usagesAt: NOW,
  minutesAt: NOW,
  ...changes,
});

export const inputOf = (changes: Partial<PlanInput> = {}): PlanInput => ({
  deployment,
  workload: workloadOf(),
  observation: observationOf(),
  state: stateOf(),
  now: NOW,
  ...changes,
});

/** A group of ours that runs. */
export const groupOf = (ordinal: number, changes: Partial<Group> = {}): Group => ({
  name: `g-${ordinal}`,
  location: 'westeurope',
  provisioningState: 'Succeeded',
  tags: {
    [TAGS.owner]: OWNER,
    [TAGS.workload]: 'orders',
    [TAGS.revision]: workloadOf().revision,
    [TAGS.ordinal]: String(ordinal),
  },
  state: 'Running',
  containers: [{ name: 'main', state: 'Running', restartCount: 0 }],
  cpu: 1,
  memoryInGB: 2,
  ...changes,
});

/** What a list and reads by name show of groups. */
export const showing = (groups: Group[]): Pick<Observation, 'groups' | 'looks'> => ({
  groups: { status: 'read', value: groups, at: NOW },
  looks: Object.fromEntries(groups.map((group) => [group.name, { value: group, at: NOW }])),
});

export const requestOf = (kind: InFlight['kind'], ordinal: number, changes: Partial<InFlight> = {}): InFlight => ({
  kind,
  name: `g-${ordinal}`,
  ordinal,
  location: 'westeurope',
  at: NOW - 5_000,
  outcome: 'accepted',
  ...changes,
});
