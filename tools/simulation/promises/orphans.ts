// Promise 1: what nobody wants stops billing within ten minutes during which the controller and Azure's management work.
// Nobody wants the groups of a workload that is not declared, and those beyond the highest number that the workload's
// decisions asked for in the time that a group needs to leave.

import type { Decision } from '../../../shared/controller/plan-types.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { sizeOf } from '../../../shared/workload/size.ts';
import { isOneShot, TICK_MS, workloadOfGroup, type Check, type LivingWorkload, type Truth } from './check.ts';

/**
 * Azure refuses to stop a group that still starts, and a group that was declared beforehand is never deleted. What ends by
 * itself is left to its end.
 */
function unstoppable({ model }: Truth, living: LivingWorkload): number {
  const { name, scaling } = living.workload;
  const own = model.groups.all().filter(({ body }) => body.tags[TAGS.workload] === name);
  const deletable = scaling.burst.lifecycle === 'create-delete' && !isOneShot(living);
  return own.filter(({ transitioning, running }) => (transitioning && !deletable) || (running && isOneShot(living)))
    .length;
}

const LIMIT_MS = 10 * 60_000;

export interface OrphanCount {
  coreSeconds: number;
}

export function orphans(truth: Truth, count: OrphanCount): Check {
  const targets = new Map<string, [number, number][]>();
  const since = new Map<string, number>();

  /** Time a group may take from being one too many until its bill ends, without the ten minutes. */
  const leaveMs = ({ workload: { scaling } }: LivingWorkload): number =>
    (scaling.drainTimeoutSeconds + scaling.burst.scaleInDelaySeconds) * 1000;

  function wanted(living: LivingWorkload, name: string, now: number): number {
    const recent = (targets.get(name) ?? []).filter(([at]) => now - at <= leaveMs(living) + LIMIT_MS);
    targets.set(name, recent);
    return Math.max(0, ...recent.map(([, groups]) => groups));
  }

  function judge(key: string, unwanted: boolean, cores: number, what: () => string): void {
    const now = truth.clock.now();
    if (!unwanted) return void since.delete(key);
    count.coreSeconds += (cores * TICK_MS) / 1000;
    const first = since.get(key) ?? now;
    since.set(key, first);
    if (now - Math.max(first, truth.undisturbedSince()) > LIMIT_MS) truth.violate(1, what());
  }

  return {
    decided({ workload, figures, mode }: Decision) {
      if (mode !== 'enforce') return;
      const list = targets.get(workload) ?? [];
      targets.set(workload, list);
      list.push([truth.clock.now(), figures.wanted - figures.baseServing]);
    },
    tick() {
      const now = truth.clock.now();
      const billing = new Map<string, number>();
      for (const { id, tags, cpu } of truth.openBills()) {
        const living = workloadOfGroup(truth, tags);
        if (!living) continue;
        const { name } = living.workload;
        billing.set(name, (billing.get(name) ?? 0) + 1);
        judge(id, !truth.declared(name), cpu, () => `${id} bills, and ${name} is not declared`);
      }
      for (const [name, living] of truth.workloads) {
        if (living.workload.scaling.mode !== 'enforce' || !truth.declared(name)) continue;
        const most = wanted(living, name, now);
        const excess = (billing.get(name) ?? 0) - most - unstoppable(truth, living);
        const cores = Math.max(0, excess) * sizeOf(living.workload.spec).cpu;
        judge(name, excess > 0, cores, () => `${name} has ${billing.get(name)} groups that bill, and wanted ${most}`);
      }
      for (const key of since.keys()) {
        if (key.startsWith('/') && !truth.openBills().some(({ id }) => id === key)) since.delete(key);
      }
    },
  };
}
