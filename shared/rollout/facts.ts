// What a rollout is judged by: its replicas, on container groups and on the scale set, as this observation shows them.

import type { Crashes, PlannerState, PlanInput } from '../controller/plan-types.ts';
import { byItsProbe, type BurstGroup } from '../health/fleet.ts';
import { mayBill } from '../health/group-health.ts';
import { instanceState, instanceUnready } from '../health/instance-health.ts';
import { replicasIn } from '../placement/tally.ts';
import type { ContainerStatus } from '../ports/container-groups.ts';
import type { ScaleSet } from '../ports/scale-sets.ts';
import { counts } from '../failover/retire.ts';
import { instanceRevision } from './base-revision.ts';
import type { RolloutRecord, Underway } from './record.ts';

export interface Facts {
  /** Replicas of the revision that serve. */
  serving: number;
  /** Groups of it whose run ended well, and that are still there. */
  done: number;
  /** Groups and instances of it that run or should, and do not serve by no fault of the platform. */
  unready: number;
  /** The instances among them, and those of these that do more than start. */
  instances: { unready: number; unhealthy: number };
  /** Groups and instances of it that exist. */
  units: number;
  /** Groups and instances of other revisions that exist or may bill. */
  others: number;
  /** A group of it is in a crash loop. */
  looping: boolean;
  crashes: number;
  restarts: Record<string, number>;
  /** Names of groups of it that failed by their own fault. */
  failed: string[];
  /** Whether something crashed since the last evaluation. */
  crashed: boolean;
  young: Crashes | undefined;
  refused: string | undefined;
  /** Groups of it that serve as far as is known and were not read by name lately: they may have crashed since. */
  unread: number;
  /** Dead letters of the queue now; undefined when not read freshly. */
  deadLetters: number | undefined;
}

/** What is watched is read each quarter of a minute. */
const LATELY_MS = 30_000;

export function factsOf(
  input: PlanInput,
  record: RolloutRecord,
  { revision, crashes, restarts, failed: counted = [] }: Pick<Underway, 'revision' | 'crashes' | 'restarts' | 'failed'>,
  groups: BurstGroup[],
  learnt: Pick<PlannerState, 'crashes' | 'refusedRevision' | 'unheard'>,
): Facts {
  const { observation, workload, state } = input;
  const own = groups.filter((group) => group.revision === revision);
  const live = own.filter(
    (group) => counts(group) || (group.health === 'unready' && group.drainingSince === undefined),
  );
  const serving = live.filter(({ health }) => health === 'serving');
  const base = baseFacts(managedSet(input), record, revision, input.now);
  const ended = countRestarts(own, observation, restarts);
  const failed = own.filter(({ health, fault }) => health === 'failed' && fault?.by === 'app');
  // The record may be saved and planner state not: by that alone one would be counted again.
  const fell = failed.filter((group) => fellNow(group, state) && !counted.includes(group.name)).length;
  const rpi = workload.scaling.base.replicasPerInstance;
  const { queue } = observation;
  return {
    serving: replicasIn(serving, workload) + base.serving * rpi,
    done: own.filter(({ health }) => health === 'ended').length,
    unready:
      live.filter(
        (group) => group.health !== 'serving' && !isPlatforms(group) && !(learnt.unheard && byItsProbe(group)),
      ).length + base.unready,
    instances: { unready: base.unready, unhealthy: base.unhealthy },
    units: own.length + base.units,
    others: groups.filter((group) => group.revision !== revision && mayBill(group.health)).length + base.others,
    looping: own.some(({ state, fault }) => state === 'crash-looping' && fault?.by === 'app'),
    crashes: crashes + ended.more + fell,
    restarts: ended.restarts,
    failed: failed.map(({ name }) => name),
    crashed: ended.more + fell > 0,
    young: learnt.crashes?.[revision],
    refused: refusal(learnt.refusedRevision, revision),
    unread: serving.filter(({ name, looked }) => !looked && input.now - (state?.seen[name]?.at ?? 0) > LATELY_MS)
      .length,
    deadLetters: queue?.status === 'read' ? queue.value?.deadLetter : undefined,
  };
}

/** The scale set where Spillway may change it, as read now. */
export function managedSet({ workload, observation: { base } }: PlanInput): ScaleSet | undefined {
  return workload.scaling.base.mode === 'manage' && base?.status === 'read' ? base.value : undefined;
}

function baseFacts(set: ScaleSet | undefined, record: RolloutRecord, revision: string, now: number) {
  const instances = set?.instances ?? [];
  const own = instances.filter((instance) => instanceRevision(instance, record) === revision);
  const states = own.map((instance) => instanceState(instance, now));
  return {
    serving: states.filter((state) => state === 'serving').length,
    unready: own.filter((instance) => instanceUnready(instance, now)).length,
    unhealthy: states.filter((state) => state === 'unhealthy').length,
    units: own.length,
    others: instances.length - own.length,
  };
}

const isPlatforms = ({ fault, lost, health, inFlight }: BurstGroup): boolean =>
  lost === true ||
  fault?.by === 'platform' ||
  fault?.by === 'capacity' ||
  (health === 'unknown' && inFlight !== 'create');

const refusal = (refused: PlannerState['refusedRevision'], revision: string): string | undefined =>
  refused?.revision === revision ? `${refused.failure.code}: ${refused.failure.message}` : undefined;

/** It has just failed. */
function fellNow({ name, since }: BurstGroup, state: PlannerState | undefined): boolean {
  const last = state?.seen[name];
  return last !== undefined && (last.health !== 'failed' || last.since !== since);
}

/** Azure's exit codes of a platform that moves containers. */
const PLATFORM_EXITS: ReadonlySet<number> = new Set([7147, 7148]);

/** Restarts beyond those known, by reads of this observation; what is not read keeps what is known. */
function countRestarts(own: BurstGroup[], { looks }: PlanInput['observation'], known: Record<string, number>) {
  const names = new Set(own.map(({ name }) => name));
  const restarts = Object.fromEntries(Object.entries(known).filter(([key]) => names.has(key.replace(/\/.*/, ''))));
  let more = 0;
  for (const name of names) {
    const containers = looks[name]?.value?.containers ?? [];
    for (const container of containers) {
      const key = containers.length > 1 ? `${name}/${container.name}` : name;
      // Those of a whole group are of before each container had its own.
      const before = restarts[key] ?? known[name] ?? 0;
      if (container.restartCount <= before) continue;
      // Those by the platform are known from then on, too, so that a later one of the app counts for itself alone.
      restarts[key] = container.restartCount;
      if (!wasMoved(container)) more += container.restartCount - before;
    }
  }
  return { more, restarts };
}

function wasMoved({ exitCode, previousExitCode }: ContainerStatus): boolean {
  const last = exitCode ?? previousExitCode;
  return last !== undefined && PLATFORM_EXITS.has(last);
}
