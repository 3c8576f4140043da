// What the adapters would read of this world: depths at once, minute metrics late, groups by list and by name, the scale
// set, quota, and the polls of replicas (each 15 s). Which reads are made, and how often, is as in observe.ts.

import type { Observation, PlannerState } from '../../../shared/controller/plan-types.ts';
import { usagesDue } from '../../../shared/controller/usages-due.ts';
import { standbyPoolsOf } from '../../../shared/placement/offering.ts';
import { lookBudget, looksWanted } from '../../../shared/health/looks.ts';
import type { Group as GroupRead, GroupSummary } from '../../../shared/ports/container-groups.ts';
import type { Instance, ScaleSet } from '../../../shared/ports/scale-sets.ts';
import type { Beat, LedgerEntry } from '../../../shared/ports/stores.ts';
import type { Size } from '../../../shared/workload/placement.ts';
import { sizeOf } from '../../../shared/workload/size.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import { QUOTA, type Group } from '../world/groups.ts';
import type { Machine } from '../world/machines.ts';
import type { Sight } from '../world/world.ts';
import { instanceKey } from '../../../shared/failover/instance-drained.ts';

/** Second 0 is a Monday, midnight UTC. */
const BEGIN = Date.UTC(2026, 0, 5);
export const epoch = (second: number): number => BEGIN + second * 1000;

const MINUTES_AGE_MS = 60_000;
const POLL_SECONDS = 15;
/** One that was told to drain asks again so soon. */
const AGAIN_SECONDS = 2;

export function observe(
  world: Sight,
  workload: Workload,
  state: PlannerState | undefined,
  ledger: LedgerEntry | null,
): Observation {
  const at = epoch(world.now);
  const read = <T>(value: T) => ({ status: 'read' as const, value, at });
  const { scaling } = workload;
  const { pool } = world.groups;
  const beats = beatsOf(world, state?.drains ?? {});
  const groups = [...world.groups.byName.values()];
  const list = groups.map((group) => summaryOf(group, world.now));
  const budget = lookBudget(state, list.length, { owned: list.length }, at);
  const looks: Observation['looks'] = {};
  for (const name of looksWanted(state, list, { beats }, at, budget)) {
    const group = world.groups.byName.get(name);
    looks[name] = { value: group ? readOf(group, world.now, sizeOf(workload.spec)) : null, at };
  }
  return {
    startedAt: at,
    queue: read({ active: world.depth, deadLetter: 0, scheduled: 0, witnessed: true }),
    ...minutes(world, state, at),
    alerts: [],
    groups: read(list),
    looks,
    unread: [],
    base: scaling.base.mode === 'none' ? undefined : read(scaleSet(world)),
    autoscale: { names: [], at },
    ...usages(world, state, at, scaling.burst.locations[0] ?? 'eastus'),
    standbyPools: Object.fromEntries(
      standbyPoolsOf(workload).map((id, index) => [
        id,
        read({ running: index === 0 ? (pool?.shown(world.now) ?? 0) : 0 }),
      ]),
    ),
    beats,
    ledger: read(ledger),
    sweeperAlive: true,
  };
}

function minutes(world: Sight, state: PlannerState | undefined, at: number) {
  const minutesAt = state?.minutesAt ?? 0;
  if (at - minutesAt < MINUTES_AGE_MS) return { minutes: [], minutesAt };
  const shown = world.minutes(world.now - 300);
  return {
    minutes: shown.map(({ minute, incoming, active }) => ({ minute: epoch(minute), incoming, active })),
    minutesAt: at,
  };
}

function usages(world: Sight, state: PlannerState | undefined, at: number, location: string) {
  if (state && !usagesDue(state, at)) return { usages: state.usages, usagesAt: state.usagesAt };
  const groups = { used: world.groups.count(), limit: QUOTA.groups };
  return {
    usages: [{ location, groups, cores: { used: world.groups.coresInUse(), limit: QUOTA.cores } }],
    usagesAt: at,
  };
}

const provisioningOf = ({ readyAt, fails }: Group, now: number): string => {
  if (readyAt > now) return 'Creating';
  return fails ? 'Failed' : 'Succeeded';
};

const summaryOf = (group: Group, now: number): GroupSummary => ({
  name: group.name,
  location: group.location,
  provisioningState: provisioningOf(group, now),
  tags: group.tags,
});

function readOf(group: Group, now: number, size: Size): GroupRead {
  const provisioningState = provisioningOf(group, now);
  const stopped = group.stoppedAt <= now;
  const runs = !stopped && provisioningState === 'Succeeded';
  const ended = { Creating: 'Pending', Failed: 'Failed', Succeeded: 'Running' }[provisioningState] ?? 'Pending';
  const container = runs
    ? { name: 'main', state: 'Running', restartCount: 0, since: epoch(group.readyAt) }
    : { name: 'main', state: stopped ? 'Terminated' : 'Waiting', restartCount: 0 };
  return {
    ...summaryOf(group, now),
    state: stopped ? 'Stopped' : ended,
    containers: [container],
    ...size,
  };
}

function scaleSet({ machines: { list }, now }: Sight): ScaleSet {
  const instances = list.map(({ id, createdAt, readyAt }): Instance => {
    const made = readyAt <= now;
    return {
      id,
      provisioning: made ? 'succeeded' : 'creating',
      power: made ? 'running' : 'starting',
      health: made ? 'healthy' : 'unknown',
      createdAt: epoch(createdAt),
    };
  });
  const provisioningState = instances.every(({ provisioning }) => provisioning === 'succeeded')
    ? 'Succeeded'
    : 'Updating';
  return { capacity: instances.length, provisioningState, etag: '"1"', orchestration: 'Uniform', instances };
}

/** The last poll of each replica. One that was told to drain says so, idle, at its next poll. */
function beatsOf(world: Sight, drains: Record<string, number>): Beat[] {
  const { now } = world;
  const groups = [...world.groups.byName.values()].filter((group) => group.readyAt <= now && !group.fails);
  const machines = world.machines.list.filter(({ readyAt }) => readyAt <= now);
  return [
    ...groups.filter(({ stoppedAt }) => stoppedAt > now).map((group) => beat(world, group.name, group.ordinal, group)),
    ...machines.map((machine) => beat(world, machine.id, Number(machine.id), machine)),
  ].map((one) => {
    if (one.toldAt > now) return { replica: one.replica, busy: one.busy, at: epoch(one.second) };
    const told = drains[one.replica] ?? drains[instanceKey(one.replica)];
    const second = now - ((now - one.toldAt) % AGAIN_SECONDS);
    return { replica: one.replica, busy: second === one.toldAt, at: epoch(second), told };
  });
}

function beat(world: Sight, replica: string, phase: number, { readyAt, toldAt }: Group | Machine) {
  const second = Math.max(readyAt, lastPoll(world.now, phase));
  const busy = (world.utilization(second - 1, second) ?? 0) > share(phase, second);
  return { replica, second, toldAt, busy };
}

/** Second of the poll at or before `now` of the replica with this number. */
const lastPoll = (now: number, phase: number): number =>
  now - ((((now - phase * 7) % POLL_SECONDS) + POLL_SECONDS) % POLL_SECONDS);

/** Second of the first poll after `now`. */
export const nextPoll = (now: number, phase: number): number => lastPoll(now, phase) + POLL_SECONDS;

/** Evenly spread over replicas and polls: which of them are busy when a share of all is. */
const share = (phase: number, second: number): number => (((phase * 0.618_034 + second * 0.377) % 1) + 1) % 1;
