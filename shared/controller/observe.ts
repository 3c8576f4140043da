// Reads what a plan needs, as few calls as it takes and all at once. A reading that fails is a failed reading, never a
// value; what changes slowly (quota, autoscale settings, minute metrics) is read again only after a minute or more.

import { lookBudget, looksWanted } from '../health/looks.ts';
import { homesOf } from '../placement/offering.ts';
import { TAGS } from '../placement/tags.ts';
import type { Group, GroupSummary, Usage } from '../ports/container-groups.ts';
import { queueKey, type QueueDepth, type Reading } from '../ports/demand.ts';
import type { Ports } from '../ports/ports.ts';
import type { Workload } from '../workload/workload.ts';
import { inParallel } from './in-parallel.ts';
import type { Observation, Observed, PlannerState } from './plan-types.ts';
import type { RolloutRecord } from '../rollout/record.ts';
import { observed } from './observed.ts';
import { observeService } from './observe-service.ts';
import { readLog, readSignals } from './observe-signals.ts';
import { readBase } from './read-base.ts';
import { readProbes } from './read-probes.ts';
import { readStandbyPools } from './read-standby-pools.ts';
import { usagesDue } from './usages-due.ts';

const MINUTES_AGE_MS = 60_000;
const AUTOSCALE_AGE_MS = 300_000;
/** The sweeper runs each two minutes; three missed runs mean that it is dead. */
const SWEEPER_SILENT_MS = 7 * 60_000;
/** Of the 40 s in which an evaluation may write: a read by name takes up to 15 s more, and must leave time to act. */
const LOOKS_BEGIN_MS = 20_000;

export async function observe(
  ports: Ports,
  workload: Workload,
  ownerId: string,
  state: PlannerState | undefined,
): Promise<Observation> {
  const startedAt = ports.clock.now();
  const { scaling } = workload;
  const known = observed(ports, ports.rollouts.read(workload.name));
  const probed = known.then((read) =>
    readProbes(ports, workload, ownerId, state, read.status === 'read' ? read.value?.record : undefined),
  );
  const [
    all,
    queue,
    minutes,
    logDemand,
    set,
    autoscale,
    usages,
    alerts,
    beats,
    pause,
    ledger,
    sweep,
    probes,
    signals,
    hints,
    rollout,
    standbyPools,
  ] = await Promise.all([
    observed(ports, ports.containerGroups.list()),
    scaling.queue && readQueue(ports, scaling.queue, state),
    readMinutes(ports, workload, state),
    scaling.logQuery && readLog(ports, scaling.logQuery, state),
    readBase(ports, workload, state),
    readAutoscale(ports, workload, state),
    readUsages(ports, workload, state),
    ports.alerts.list(workload.name),
    ports.controls.beats(workload.name),
    ports.controls.pause(),
    observed(
      ports,
      ports.ledger.last(workload.name).then((entry) => entry ?? null),
    ),
    ports.controls.mark('sweep'),
    probed,
    readSignals(ports, workload, state),
    ports.hints.list(workload.name),
    known,
    readStandbyPools(ports, workload),
  ]);
  const groups = ownGroups(all, workload);
  const list = groups.status === 'read' ? groups.value : [];
  const owned = all.status === 'read' ? all.value.length : 0;
  const budget = lookBudget(state, list.length, { owned, readsLeft: await ports.armLimits.readsLeft() }, startedAt);
  const wanted = looksWanted(state, list, { beats, probes: probes.probes }, startedAt, budget, underwayIn(rollout));
  const [looks, service] = await Promise.all([
    readLooks(ports, inTurn(wanted, list), startedAt + LOOKS_BEGIN_MS),
    observeService(ports, workload, set.base),
  ]);
  return {
    startedAt,
    queue,
    ...minutes,
    logDemand,
    signals,
    alerts,
    hints,
    groups,
    looks,
    unread: wanted.filter((name) => !(name in looks)),
    ...set,
    ...service,
    autoscale,
    ...usages,
    ...probes,
    standbyPools,
    beats,
    ledger,
    rollout: rollout.status === 'read' ? { ...rollout, value: rollout.value?.record ?? null } : rollout,
    rolloutEtag: rollout.status === 'read' ? rollout.value?.etag : undefined,
    pause,
    sweeperAlive: !sweep || ports.clock.now() - sweep.at < SWEEPER_SILENT_MS,
  };
}

const ownGroups = (all: Observed<GroupSummary[]>, { name }: Workload): Observed<GroupSummary[]> =>
  all.status === 'read' ? { ...all, value: all.value.filter((group) => group.tags[TAGS.workload] === name) } : all;

async function readQueue(
  ports: Ports,
  queue: NonNullable<Workload['scaling']['queue']>,
  state: PlannerState | undefined,
): Promise<Observed<QueueDepth>> {
  // A zero that is believed already needs no witness.
  const witness = state?.samples.at(-1)?.[1] === 0 ? undefined : 'witness';
  const reading = await observed(ports, ports.queueDepths.read(queue.namespace, [queue.queue], witness));
  if (reading.status === 'failed') return reading;
  const depth = reading.value.get(queue.queue);
  if (depth) return { status: 'read', value: depth.value, at: depth.at };
  const message = `queue ${queueKey(queue)} does not exist`;
  return { status: 'failed', failure: { class: 'permanent', code: 'QueueNotFound', message } };
}

async function readMinutes(
  ports: Ports,
  { scaling }: Workload,
  state: PlannerState | undefined,
): Promise<Pick<Observation, 'minutes' | 'minutesAt' | 'minutesUnread'>> {
  const now = ports.clock.now();
  const { minutesAt = 0, minutesUnread } = state ?? {};
  if (!scaling.queue) return { minutes: [], minutesAt };
  if (now - minutesAt < MINUTES_AGE_MS) return { minutes: [], minutesAt, minutesUnread };
  const reading = await observed(ports, ports.queueMetrics.minutes(scaling.queue, now - 5 * 60_000));
  if (reading.status === 'read') return { minutes: reading.value, minutesAt: now };
  const { since = now } = minutesUnread ?? {};
  return { minutes: [], minutesAt: now, minutesUnread: { since, problem: reading.failure.code } };
}

async function readAutoscale(ports: Ports, { scaling }: Workload, state: PlannerState | undefined) {
  const known = state?.autoscale;
  const now = ports.clock.now();
  if (scaling.base.mode !== 'manage' || !scaling.base.scaleSet) return undefined;
  if (known && now - known.at < AUTOSCALE_AGE_MS) return known;
  const reading = await observed(ports, ports.scaleSets.autoscaleSettings(scaling.base.scaleSet));
  return reading.status === 'read' ? { names: reading.value, at: now } : known;
}

const underwayIn = (rollout: Observed<{ record: RolloutRecord } | null | undefined>): string | undefined =>
  rollout.status === 'read' ? rollout.value?.record.underway?.revision : undefined;

/** Quota is read when it is due and burst may be needed. */
async function readUsages(
  ports: Ports,
  workload: Workload,
  state: PlannerState | undefined,
): Promise<{ usages: Usage[]; usagesAt: number }> {
  const { scaling } = workload;
  const usages = state?.usages ?? [];
  const usagesAt = state?.usagesAt ?? 0;
  const now = ports.clock.now();
  // Starting what exists is asked about only where it was refused.
  const matters = scaling.burst.lifecycle === 'create-delete' || Object.keys(state?.closed ?? {}).length > 0;
  if (!matters || !usagesDue(state, now)) return { usages, usagesAt };
  const readings = await Promise.all(
    homesOf(workload).map(({ location, subscription }) =>
      observed(ports, ports.containerGroups.usage(location, subscription)),
    ),
  );
  return { usages: readings.flatMap((reading) => (reading.status === 'read' ? [reading.value] : [])), usagesAt: now };
}

/** One name of each location after the other, so that one that does not answer keeps none of the others from being read. */
function inTurn(names: string[], list: GroupSummary[]): string[] {
  const locations = new Map(list.map(({ name, location }) => [name, location]));
  const queues = [...Map.groupBy(names, (name) => locations.get(name)).values()];
  return names.flatMap((_, turn) => queues.flatMap((queue) => queue[turn] ?? []));
}

/** What no read can begin for until `last` (epoch ms) is not read this time. */
async function readLooks(ports: Ports, names: string[], last: number): Promise<Record<string, Reading<Group | null>>> {
  const looks: Record<string, Reading<Group | null>> = {};
  await inParallel(names, async (name) => {
    if (ports.clock.now() > last) return;
    const reading = await observed(ports, ports.containerGroups.get(name));
    if (reading.status === 'read') looks[name] = { value: reading.value ?? null, at: reading.at };
  });
  return looks;
}
