// Promise 1: what nobody wants stops billing within ten minutes during which the controller and Azure's management work.
// Nobody wants the groups of a workload that is not declared, and those beyond the highest number that the workload's
// decisions asked for in the time that a group needs to leave; while a rollout replaces one after the other, its surge is
// asked for, too. A group that fails and revives has no new ten minutes.

import type { Decision } from '../../../shared/controller/plan-types.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { idText } from '../../local/azure/arm.ts';
import {
  groupOfCall,
  isOneShot,
  TICK_MS,
  workloadOfGroup,
  type Check,
  type LivingWorkload,
  type Truth,
} from './check.ts';

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
/** Who leaves discovery first waits with its drain while a listing cannot be read or written: for so long at most. */
const LEAVES_DISCOVERY_MS = 4 * 60_000;

export interface OrphanCount {
  coreSeconds: number;
}

export function orphans(truth: Truth, count: OrphanCount): Check {
  const targets = new Map<string, [at: number, groups: number, surge: number][]>();
  const since = new Map<string, number>();
  /** Groups nobody wants of which no bill is open. */
  const unpaid = new Set<string>();

  /** Time a group may take from being one too many until it is stopped, without the ten minutes. */
  const leaveMs = ({ workload: { scaling } }: LivingWorkload): number =>
    (scaling.drainTimeoutSeconds + scaling.burst.scaleInDelaySeconds) * 1000 +
    (scaling.discovery ? LEAVES_DISCOVERY_MS : 0);

  function wanted(living: LivingWorkload, name: string, now: number): number {
    const list = targets.get(name) ?? [];
    // What was wanted last stays so until another decision, however long that takes.
    const recent = list.filter(([at], index) => now - at <= leaveMs(living) || index === list.length - 1);
    targets.set(name, recent);
    // What is replaced waits for no scale-in delay.
    const surgeMs = leaveMs(living) - living.workload.scaling.burst.scaleInDelaySeconds * 1000;
    const more = (at: number, surge: number): number => (now - at <= surgeMs || at === recent.at(-1)?.[0] ? surge : 0);
    return Math.max(0, ...recent.map(([at, groups, surge]) => groups + more(at, surge)));
  }

  function judge(key: string, unwanted: boolean, cores: number, what: () => string): void {
    const now = truth.clock.now();
    if (!unwanted) return void since.delete(key);
    count.coreSeconds += (cores * TICK_MS) / 1000;
    const first = since.get(key) ?? now;
    since.set(key, first);
    if (now - Math.max(first, truth.undisturbedSince()) > LIMIT_MS) truth.violate(1, what());
  }

  /** A group whose bill ended while it exists may revive: its ten minutes go on. */
  function forgetGone(open: ReadonlySet<string>): void {
    const exists = new Set(truth.model.groups.all().map(({ id }) => idText(id)));
    for (const key of since.keys()) {
      if (!key.startsWith('/')) continue;
      if (open.has(key)) {
        if (unpaid.delete(key)) truth.cover('orphan bills again');
      } else if (exists.has(key)) {
        unpaid.add(key);
      } else {
        since.delete(key);
        unpaid.delete(key);
      }
    }
  }

  return {
    before(call) {
      if (call.port !== 'containerGroups' || call.method !== 'delete') return;
      const group = groupOfCall(truth, call);
      const owner = group && workloadOfGroup(truth, group.body.tags);
      if (owner && !truth.declared(owner.workload.name) && group.transitioning)
        truth.cover('orphan deleted while creating');
    },
    decided({ workload, figures, mode }: Decision) {
      if (mode !== 'enforce') return;
      const list = targets.get(workload) ?? [];
      targets.set(workload, list);
      list.push([truth.clock.now(), figures.wanted - figures.baseServing, figures.surge ?? 0]);
    },
    tick() {
      const now = truth.clock.now();
      const paid = new Map<string, number[]>();
      const open = new Set<string>();
      for (const { id, tags, cpu } of truth.openBills()) {
        const living = workloadOfGroup(truth, tags);
        if (!living) continue;
        open.add(id);
        const { name } = living.workload;
        paid.set(name, [...(paid.get(name) ?? []), cpu]);
        judge(id, !truth.declared(name), cpu, () => `${id} bills, and ${name} is not declared`);
      }
      for (const [name, living] of truth.workloads) {
        if (living.workload.scaling.mode !== 'enforce' || !truth.declared(name)) continue;
        const most = wanted(living, name, now);
        const cores = (paid.get(name) ?? []).toSorted((a, b) => a - b);
        const excess = Math.max(0, cores.length - most - unstoppable(truth, living));
        // Groups may be of several sizes: those beyond what is wanted are taken for the smallest.
        const unwanted = cores.slice(0, excess).reduce((sum, each) => sum + each, 0);
        judge(name, excess > 0, unwanted, () => `${name} has ${cores.length} groups that bill, and wanted ${most}`);
      }
      forgetGone(open);
    },
  };
}
