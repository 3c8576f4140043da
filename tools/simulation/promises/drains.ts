// Promise 5: a busy replica that keeps the drain contract is not stopped before its time-out, by the controller's clock, nor
// when the controller came back from an absence too lately to tell it, and one that ends by itself is never stopped while it runs.

import { TAGS } from '../../../shared/placement/tags.ts';
import { key } from '../../local/azure/arm.ts';
import type { Call } from '../faults/call-faults.ts';
import { POLL_MS } from '../world/replicas.ts';
import { groupOfCall, isOneShot, type Check, type LivingWorkload, type Truth, type Watch } from './check.ts';

export function drains(truth: Truth): Check {
  function judge(living: LivingWorkload, name: string, id: string, since: number | undefined, watch: Watch): void {
    const runsSince = living.replicas.runsSince(id);
    if (runsSince === undefined || runsSince >= watch.startedAt || !living.replicas.busy(id)) return;
    const seconds = since === undefined ? undefined : (truth.controllerNow() - since) / 1000;
    const { drainTimeoutSeconds } = living.workload.scaling;
    if (seconds !== undefined && seconds >= drainTimeoutSeconds) {
      const back = untoldSince(seconds * 1000);
      if (back === undefined || living.replicas.told(id) || drainTimeoutSeconds === 0) return;
      return truth.violate(5, `${name} was stopped while busy and not told, ${back / 1000} s after an absence of ours`);
    }
    const told = seconds === undefined ? 'without a drain' : `${Math.round(seconds)} s into its drain`;
    truth.violate(5, `${name} was stopped while busy, ${told}; its time-out is ${drainTimeoutSeconds} s`);
  }

  /** For how long (ms) replicas can be told again, if that is too short; after several absences in one drain it has to end at last. */
  function untoldSince(drainedMs: number): number | undefined {
    const now = truth.clock.now();
    const [start, another] = truth.starts().filter((at) => now - at < drainedMs);
    return start === undefined || another !== undefined || now - start >= POLL_MS ? undefined : now - start;
  }

  function ofGroup(living: LivingWorkload, call: Call, watch: Watch): void {
    const group = groupOfCall(truth, call);
    if (!group || truth.crashes?.(group.body.tags[TAGS.revision])) return;
    const tag = group.body.tags[TAGS.drain];
    const since = truth.savedDrains(watch.workload)[group.id.name] ?? (tag === undefined ? undefined : Number(tag));
    judge(living, group.id.name, key(group.id), since, watch);
  }

  function ofOneShot(living: LivingWorkload, call: Call, watch: Watch): void {
    const group = groupOfCall(truth, call);
    const runsSince = group && living.replicas.runsSince(key(group.id));
    if (runsSince !== undefined && runsSince < watch.startedAt)
      truth.violate(5, `${group?.id.name} ends by itself, and was stopped while it ran`);
  }

  return {
    before(call, watch) {
      const living = watch && truth.workloads.get(watch.workload);
      const removes = call.port === 'containerGroups' && (call.method === 'stop' || call.method === 'delete');
      if (living && isOneShot(living) && removes) ofOneShot(living, call, watch);
      // The sweeper removes what is not looked after, without a drain: it comes without an evaluation.
      if (!living || living.workload.scaling.drain !== 'poll') return;
      if (removes) ofGroup(living, call, watch);
      if (call.port === 'scaleSets' && call.method === 'deleteInstances') {
        const [set, ids] = call.args as [string, string[]];
        for (const id of ids) {
          const since = truth.savedDrains(watch.workload)[`instance:${id}`];
          judge(living, `instance ${id}`, `${set}/virtualMachines/${id}`.toLowerCase(), since, watch);
        }
      }
    },
  };
}
