// What a rollout promises, in a world with releases:
//
//   availability  no evaluation takes serving replicas away so that fewer than wanted less max unavailable are left
//   canary        a bad revision never has more groups than the share of its first step, one at least
//   going back    at the end nothing of a bad revision is left
//   no mix        at the end all that runs is of the revision that is good, and of the last good release where that could
//                 be started at all

import { TAGS } from '../../../shared/placement/tags.ts';
import type { Decision } from '../../../shared/controller/plan-types.ts';
import { key } from '../../local/azure/arm.ts';
import { isQuarantined, type RolloutRecord } from '../../../shared/rollout/record.ts';
import { rolloutOf } from '../../../shared/rollout/settings.ts';
import { NEVER_SERVE, type BadKind } from '../world/releases.ts';
import { BOUNDS } from './converges.ts';
import { workloadOfGroup, groupOfCall, type Check, type LivingWorkload, type Truth } from './check.ts';

/** What ended by itself so lately may not be known to have: reads of serving groups come every 15 s to two minutes. */
const UNKNOWN_MS = 5 * 60_000;
/** What is wanted falls faster than groups leave. */
const WANTED_MS = 20 * 60_000;

export interface RolloutTruth extends Truth {
  badness(revision: string | undefined): BadKind | undefined;
  record(workload: string): RolloutRecord | undefined;
}

export function rollouts(truth: RolloutTruth): Check {
  const wanted = new Map<string, [number, number][]>();
  const ended = new Map<string, [number, number][]>();
  const drained = new Map<string, number>();
  const last = new Map<string, Decision>();
  const before = new Map<string, RolloutRecord>();
  /** Revisions that took the place of one that never served: there was nothing to hold them against. */
  const unopposed = new Set<string>();

  truth.model.onReplicaChange(({ kind, tags, running, id }) => {
    if (running || drained.has(id)) return;
    const name = tags[TAGS.workload] ?? [...truth.workloads.keys()].find((each) => id.includes(`/${each}-base/`));
    if (name === undefined) return;
    const replicas = kind === 'group' ? 1 : (truth.workloads.get(name)?.workload.scaling.base.replicasPerInstance ?? 1);
    recent(ended, name, UNKNOWN_MS).push([truth.clock.now(), replicas]);
  });

  function recent(lists: Map<string, [number, number][]>, name: string, age: number): [number, number][] {
    const list = (lists.get(name) ?? []).filter(([at]) => truth.clock.now() - at <= age);
    lists.set(name, list);
    return list;
  }

  function follow(name: string): void {
    const record = truth.record(name);
    const known = before.get(name);
    if (record && record.good !== known?.good && record.good !== known?.underway?.revision) unopposed.add(record.good);
    if (record) before.set(name, record);
  }

  function judgeShare(revision: string | undefined, { workload: { name, scaling }, workload }: LivingWorkload): void {
    const bad = truth.badness(revision);
    if (bad === undefined || scaling.burst.maxGroups === 0 || unopposed.has(revision ?? '')) return;
    const count = truth.model.groups.all().filter(({ body }) => body.tags[TAGS.revision] === revision).length;
    const most = Math.max(...recent(wanted, name, WANTED_MS).map(([, replicas]) => replicas), 0);
    const allowed = Math.max(1, Math.floor((most * (rolloutOf(workload).steps[0]?.share ?? 0)) / 100));
    if (count > allowed)
      truth.violate(3, `${name} has ${count} groups of ${revision} (${bad}); its canary is ${allowed} of ${most}`);
  }

  const isBad = (revision: string): boolean => truth.badness(revision) !== undefined && !unopposed.has(revision);

  function judgeEnd(name: string, { workload }: LivingWorkload): void {
    const groups = truth.model.groups.all().filter(({ body }) => body.tags[TAGS.workload] === name);
    const record = truth.record(name);
    // Where no place has room for one group more, and none may be missing, a rollout waits.
    const bound = last.get(name)?.reasons.some(({ code }) => BOUNDS.has(code)) ?? false;
    if (!record || groups.length === 0 || (record.underway && bound)) return;
    const revisions = [...new Set(groups.map(({ body }) => body.tags[TAGS.revision] ?? ''))];
    const { good, underway } = record;
    const { revision } = workload;
    const wrong = [
      revisions.length > 1 && `groups of ${revisions.join(' and ')} are left`,
      underway && `the rollout of ${underway.revision} has not ended`,
      !revisions.includes(good) && `it runs ${revisions.join(', ')}, and ${good} is good`,
      isBad(good) && `${good} counts as good and is bad`,
      isBad(revision) && !isQuarantined(record, revision) && `${revision} is bad and not in quarantine`,
    ];
    for (const what of wrong) if (typeof what === 'string') truth.violate(6, `${name}: ${what}`);
  }

  return {
    before(call, watch) {
      if (!watch || call.port !== 'containerGroups' || call.method !== 'setTags') return;
      const group = groupOfCall(truth, call);
      if (group && TAGS.drain in (call.args[1] as object)) drained.set(key(group.id), truth.clock.now());
    },
    decided(decision, watch) {
      const { workload: name, figures, results } = decision;
      last.set(name, decision);
      follow(name);
      recent(wanted, name, WANTED_MS).push([truth.clock.now(), figures.wanted]);
      const living = truth.workloads.get(name);
      if (!living) return;
      for (const { action } of results)
        if (action.kind === 'create-group') judgeShare(action.tags[TAGS.revision], living);
      if (figures.needed === undefined) return;
      const takes = results.filter(({ action, outcome }) => action.kind === 'drain-group' && outcome === 'accepted');
      if (takes.length === 0) return;
      const leaving = new Set(takes.flatMap(({ action }) => ('name' in action ? [action.name] : [])));
      const serving = servingReplicas(living, leaving, truth);
      const took = takes.filter(({ action }) => 'name' in action && runs(action.name, watch.startedAt)).length;
      if (took === 0) return;
      const unknown = recent(ended, name, UNKNOWN_MS).reduce((sum, [, replicas]) => sum + replicas, 0);
      const { maxUnavailablePercent } = rolloutOf(living.workload);
      const least = figures.needed - Math.floor((figures.needed * maxUnavailablePercent) / 100);
      if (serving + unknown < least)
        truth.violate(
          3,
          `${name}: ${took} serving groups were drained, ${serving} replicas serve (${unknown} ended lately); ${least} must`,
        );
    },
    atEnd() {
      for (const [name, living] of truth.workloads) if (truth.declared(name)) judgeEnd(name, living);
    },
  };

  function runs(name: string, before: number): boolean {
    const group = truth.model.groups.named(name)[0];
    const living = group && workloadOfGroup(truth, group.body.tags);
    const since = group && living?.replicas.runsSince(key(group.id));
    return since !== undefined && since < before && !NEVER_SERVE.has(truth.badness(group?.body.tags[TAGS.revision]));
  }
}

/** Replicas that run, as far as they themselves say, and are not about to leave. */
function servingReplicas(
  { replicas, workload }: LivingWorkload,
  leaving: ReadonlySet<string>,
  truth: RolloutTruth,
): number {
  return replicas.serving((name) => {
    const tags = truth.model.groups.named(name)[0]?.body.tags ?? {};
    return (
      leaving.has(name) ||
      `instance:${name}` in truth.savedDrains(workload.name) ||
      TAGS.drain in tags ||
      NEVER_SERVE.has(truth.badness(tags[TAGS.revision]))
    );
  });
}
