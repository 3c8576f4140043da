// What a rollout promises, in a world with releases:
//
//   availability  no evaluation takes serving replicas away, groups or instances, so that fewer than wanted less max
//                 unavailable are left. What has ended and is still taken for serving counts: nobody could know yet.
//                 What crashes over and over is no capacity, neither when it goes nor when it stays
//   canary        a bad revision is never given more groups than the share of its first step, one at least, of what is
//                 wanted at that moment, and no instance of the scale set
//   going back    at the end nothing of a bad revision is left
//   no mix        at the end all that runs, groups and instances, is of the revision that is good, and of the last good
//                 release where that could be started at all

import { TAGS } from '../../../shared/placement/tags.ts';
import type { Decision } from '../../../shared/controller/plan-types.ts';
import { key } from '../../local/azure/arm.ts';
import type { Instance } from '../../local/azure/scale-set.ts';
import { instanceRevision } from '../../../shared/rollout/base-revision.ts';
import { isQuarantined, type RolloutRecord } from '../../../shared/rollout/record.ts';
import { rolloutOf } from '../../../shared/rollout/settings.ts';
import { NEVER_SERVE, type BadKind } from '../world/releases.ts';
import { BOUNDS } from './converges.ts';
import {
  groupOfCall,
  loops,
  workloadOfGroup,
  type Check,
  type LivingWorkload,
  type Truth,
  type Watch,
} from './check.ts';

/** Groups that speak for themselves are read every two minutes, where Azure can be read. */
const UNKNOWN_MS = 5 * 60_000;
/** A create may take effect so long after it was decided, when less is wanted. */
const LATE_MS = 60_000;

/** Key of an instance among drains, before its id. */
const INSTANCE = 'instance:';

export interface RolloutTruth extends Truth {
  badness(revision: string | undefined): BadKind | undefined;
  record(workload: string): RolloutRecord | undefined;
  /** Groups that the planner state as last saved takes for serving. */
  savedServing(workload: string): ReadonlySet<string>;
}

interface Ended {
  at: number;
  id: string;
  kind: 'group' | 'instance';
  replicas: number;
}

export function rollouts(truth: RolloutTruth): Check {
  const wanted = new Map<string, [number, number][]>();
  const ended = new Map<string, Ended[]>();
  const drained = new Set<string>();
  /** Instances that drained at the last evaluation. */
  const drainedBase = new Map<string, ReadonlySet<string>>();
  /** Revisions of groups that were made since the last decision. */
  const made = new Map<string, Set<string>>();
  const last = new Map<string, Decision>();
  const before = new Map<string, RolloutRecord>();
  /** Revisions that took the place of one that never served: there was nothing to hold them against. */
  const unopposed = new Set<string>();
  /** Revisions that were under way when another one was declared, until a rollout ends. */
  const superseded = new Map<string, string[]>();

  truth.model.onReplicaChange(({ kind, tags, running, id }) => {
    if (running || drained.has(id)) return;
    const name = tags[TAGS.workload] ?? [...truth.workloads.keys()].find((each) => id.includes(`/${each}-base/`));
    if (name === undefined) return;
    const replicas = kind === 'group' ? 1 : (truth.workloads.get(name)?.workload.scaling.base.replicasPerInstance ?? 1);
    ended.set(name, [...lately(name), { at: truth.clock.now(), id, kind, replicas }]);
  });

  const lately = (name: string): Ended[] =>
    (ended.get(name) ?? []).filter(({ at }) => truth.clock.now() - at <= UNKNOWN_MS);

  /** Replicas that have ended and are taken for serving: groups by what was read of them, instances by this evaluation. */
  function unknownOf(name: string, { replicas }: LivingWorkload, startedAt: number): number {
    const believed = truth.savedServing(name);
    return [...new Map(lately(name).map((each) => [each.id, each])).values()]
      .filter(({ id }) => replicas.runsSince(id) === undefined)
      .filter(({ id, kind, at }) => (kind === 'instance' ? at >= startedAt : believed.has(lastPart(id))))
      .reduce((sum, each) => sum + each.replicas, 0);
  }

  function follow(name: string): void {
    const record = truth.record(name);
    const known = before.get(name);
    const replaced = record && record.good !== known?.good && record.good !== known?.underway?.revision;
    if (replaced && !known?.proven) unopposed.add(record.good);
    followSuperseded(name, record, known?.underway?.revision);
    if (record) before.set(name, record);
  }

  function followSuperseded(name: string, record: RolloutRecord | undefined, passed: string | undefined): void {
    if (record?.underway === undefined) superseded.delete(name);
    else if (passed !== undefined && passed !== record.underway.revision && passed !== record.good)
      superseded.set(name, [...(superseded.get(name) ?? []), passed]);
  }

  const isBad = (revision: string): boolean => truth.badness(revision) !== undefined && !unopposed.has(revision);

  function judgeShares(living: LivingWorkload, { workload: name, figures, results }: Decision): void {
    const now = truth.clock.now();
    const recent = [...(wanted.get(name) ?? []).filter(([at]) => now - at <= LATE_MS), [now, figures.wanted] as const];
    wanted.set(name, recent as [number, number][]);
    const most = Math.max(...recent.map(([, replicas]) => replicas));
    for (const revision of made.get(name) ?? []) judgeShare(living, revision, most);
    made.delete(name);
    for (const { action } of results)
      if (action.kind === 'create-group') judgeShare(living, action.tags[TAGS.revision] ?? '', figures.wanted);
  }

  function judgeShare({ workload }: LivingWorkload, revision: string, replicas: number): void {
    if (!isBad(revision)) return;
    const count = truth.model.groups.all().filter(({ body }) => body.tags[TAGS.revision] === revision).length;
    const most = Math.max(1, Math.floor((replicas * (rolloutOf(workload).steps[0]?.share ?? 0)) / 100));
    if (count <= most) return;
    const bad = truth.badness(revision);
    truth.violate(
      3,
      `${workload.name} has ${count} groups of ${revision} (${bad}); its canary is ${most} of ${replicas}`,
    );
  }

  /** Where container groups take part, the canary is one of them. */
  function judgeBase({ workload: { name } }: LivingWorkload, instances: Instance[]): void {
    const bad = instances.find(({ tags }) => isBad(tags[TAGS.revision] ?? ''));
    if (bad) truth.violate(3, `instance ${bad.name} of ${name} is of ${bad.tags[TAGS.revision]}, which is bad`);
  }

  function judgeEnd(name: string, living: LivingWorkload): void {
    const groups = truth.model.groups.all().filter(({ body }) => body.tags[TAGS.workload] === name);
    const record = truth.record(name);
    if (!record) return;
    const { good, underway } = record;
    const { revision } = living.workload;
    const ofBase = managedInstances(truth, living).map(({ tags, created }) =>
      instanceRevision({ tags, createdAt: created }, record),
    );
    const revisions = [...new Set([...groups.map(({ body }) => body.tags[TAGS.revision] ?? ''), ...ofBase])];
    const wrong = [
      isBad(good) && `${good} counts as good and is bad`,
      !underway && isBad(revision) && !isQuarantined(record, revision) && `${revision} is bad and not in quarantine`,
      ...(revisions.length === 0 ? [] : mixed(name, revisions, record)),
    ];
    for (const what of wrong) if (typeof what === 'string') truth.violate(6, `${name}: ${what}`);
  }

  /** Whether neither place nor maximum has room for one group more: a rollout waits then where none may be missing. */
  const waits = (name: string): boolean => {
    const { reasons = [], figures } = last.get(name) ?? {};
    const { maxGroups = 0 } = truth.workloads.get(name)?.workload.scaling.burst ?? {};
    const full = figures !== undefined && figures.wanted - figures.baseServing >= maxGroups;
    return full || reasons.some(({ code }) => BOUNDS.has(code));
  };

  /** Whether Azure refuses what is to be started: what is refused replaces nothing. */
  const refusedOf = (name: string): boolean =>
    last.get(name)?.reasons.some(({ code }) => code === 'revision-refused') === true;

  /** Beside the good revision a rollout that waits, or is refused, has those under way, and what it goes back from. */
  function mixed(name: string, revisions: string[], record: RolloutRecord) {
    const [refused, waiting] = [refusedOf(name), waits(name)];
    const { good, underway } = record;
    const excused = underway && (waiting || refused);
    const known = (revision: string): boolean =>
      revision === underway?.revision ||
      superseded.get(name)?.includes(revision) === true ||
      (waiting && isQuarantined(record, revision) !== undefined);
    const left = excused ? revisions.filter((revision) => !known(revision)) : revisions;
    return [
      // What serves stays while the good one is refused, as an image that is gone is, and cannot take its place.
      left.length > 1 && !refused && `replicas of ${revisions.join(' and ')} are left`,
      underway && !excused && `the rollout of ${underway.revision} has not ended`,
      // A good revision that never served, and cannot be started, took the place of another one.
      !left.includes(good) && !refused && `it runs ${revisions.join(', ')}, and ${good} is good`,
    ];
  }

  /** Instances that this evaluation began to drain; all that drain are remembered. */
  function newlyDrained(name: string): ReadonlySet<string> {
    const now = new Set(Object.keys(truth.savedDrains(name)).filter((key) => key.startsWith(INSTANCE)));
    const known = drainedBase.get(name) ?? new Set();
    drainedBase.set(name, now);
    return new Set([...now].filter((key) => !known.has(key)).map((key) => key.slice(INSTANCE.length)));
  }

  function judgeDrains(
    living: LivingWorkload,
    { at, figures, results, reasons }: Decision,
    { startedAt }: Watch,
  ): void {
    const { name } = living.workload;
    const instances = newlyDrained(name);
    // A limit on money is kept all the same.
    if (figures.needed === undefined || reasons.some(({ code }) => code === 'spend-limit')) return;
    // Whatever was answered: a replica is told by planner state, and whoever has no state goes by the tag.
    const told = truth.savedDrains(name);
    const takes = results.flatMap(({ action }) => (action.kind === 'drain-group' ? [action.name] : []));
    const leaving = new Set(takes.filter((group) => group in told || isTagged(group)));
    const took = [...leaving].filter((group) => runs(group, startedAt)).length;
    const tookBase = managedInstances(truth, living).filter(
      ({ instanceId, state }) => instances.has(instanceId) && state === 'running',
    ).length;
    if (took + tookBase === 0) return;
    const serving = servingReplicas(living, leaving, truth, { startedAt, decidedAt: at });
    const unknown = unknownOf(name, living, startedAt);
    const { maxUnavailablePercent } = rolloutOf(living.workload);
    const least = figures.needed - Math.floor((figures.needed * maxUnavailablePercent) / 100);
    if (serving + unknown >= least) return;
    const what = tookBase > 0 ? `${took} serving groups and ${tookBase} instances` : `${took} serving groups`;
    truth.violate(
      3,
      `${name}: ${what} were drained, ${serving} replicas serve (${unknown} ended unseen); ${least} must`,
    );
  }

  return {
    before(call, watch) {
      if (!watch || call.port !== 'containerGroups' || call.method !== 'setTags') return;
      const group = groupOfCall(truth, call);
      if (!group) return;
      if (TAGS.drain in (call.args[1] as object)) drained.add(key(group.id));
      else drained.delete(key(group.id));
    },
    after(call) {
      if (call.port !== 'containerGroups' || call.method !== 'create') return;
      const group = groupOfCall(truth, call);
      if (!group) return;
      // Another one of that name may have drained before.
      drained.delete(key(group.id));
      const { [TAGS.workload]: name = '', [TAGS.revision]: revision = '' } = group.body.tags;
      made.set(name, new Set(made.get(name)).add(revision));
    },
    decided(decision, watch) {
      const { workload: name } = decision;
      last.set(name, decision);
      follow(name);
      const living = truth.workloads.get(name);
      if (!living) return;
      judgeShares(living, decision);
      judgeDrains(living, decision, watch);
    },
    tick() {
      for (const living of truth.workloads.values()) judgeBase(living, managedInstances(truth, living));
    },
    atEnd() {
      for (const [name, living] of truth.workloads) if (truth.declared(name)) judgeEnd(name, living);
    },
  };

  function isTagged(name: string): boolean {
    return TAGS.drain in (truth.model.groups.named(name)[0]?.body.tags ?? {});
  }

  function runs(name: string, before: number): boolean {
    const group = truth.model.groups.named(name)[0];
    const living = group && workloadOfGroup(truth, group.body.tags);
    const since = group && living?.replicas.runsSince(key(group.id));
    if (!group || since === undefined || since >= before) return false;
    return !NEVER_SERVE.has(truth.badness(group.body.tags[TAGS.revision])) && !loops(group, since, before);
  }
}

function isLooping({ model }: Truth, living: LivingWorkload | undefined, name: string, at: number): boolean {
  const group = model.groups.named(name)[0];
  return group !== undefined && loops(group, living?.replicas.runsSince(key(group.id)) ?? -Infinity, at);
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

function managedInstances({ model }: Truth, { workload, declaration: { set } }: LivingWorkload): Instance[] {
  if (!set || workload.scaling.base.mode !== 'manage') return [];
  return [...model.scaleSets.find(set.id).instances.values()].filter(({ state }) => state !== 'deleting');
}

/** Replicas that run, as far as they themselves say, and are not told to leave, which they are by planner state. */
function servingReplicas(
  living: LivingWorkload,
  leaving: ReadonlySet<string>,
  truth: RolloutTruth,
  { startedAt, decidedAt }: { startedAt: number; decidedAt: number },
): number {
  const { replicas, workload } = living;
  const sick = new Set(
    managedInstances(truth, living).flatMap(({ instanceId, state }) => (state === 'running' ? [] : [instanceId])),
  );
  // One that hung may be told of when a later one has drained others already.
  const drains = truth.savedDrains(workload.name);
  const draining = (name: string): boolean => (drains[name] ?? Infinity) <= decidedAt;
  return replicas.serving((name) => {
    const tags = truth.model.groups.named(name)[0]?.body.tags ?? {};
    return (
      leaving.has(name) ||
      sick.has(name) ||
      draining(name) ||
      draining(`${INSTANCE}${name}`) ||
      (truth.crashes?.(tags[TAGS.revision]) === true && isLooping(truth, living, name, startedAt)) ||
      NEVER_SERVE.has(truth.badness(tags[TAGS.revision]))
    );
  });
}
