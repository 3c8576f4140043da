// Promise 3: the limits on groups, on spend an hour and a day, and on changes an evaluation hold at every step. What may
// still bill counts: everything that exists and is not stopped, nor ended by itself (Succeeded, which Azure never revives). A day's limit is one on commitments: when a group starts,
// what was spent and what all groups cost through their scale-in delay and drain must fit.

import { dearestGroupUsdPerHour, groupUsdPerHour } from '../../../shared/placement/prices.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { isArmWrite } from '../faults/call-faults.ts';
import { groupOfCall, TICK_MS, workloadOfGroup, type Check, type LivingWorkload, type Truth } from './check.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** `failover.overlap` of the design, where the user sets none. */
const OVERLAP_PERCENT = 25;
const BILLS_NO_MORE: ReadonlySet<string> = new Set(['Stopped', 'Succeeded']);
/** Share of a limit of money by which the controller may be wrong about what it spent: it reads the time of starts late. */
const TOLERANCE = 0.02;

export function overruns(truth: Truth): Check {
  const spent = new Map<string, { day: number; usd: number }>();

  const spentToday = (name: string): number => {
    const entry = spent.get(name);
    return entry?.day === Math.floor(truth.clock.now() / DAY_MS) ? entry.usd : 0;
  };

  function judge(living: LivingWorkload, starts: boolean): void {
    const { name, scaling } = living.workload;
    const { burst, limits, drainTimeoutSeconds, failoverOverlapPercent = OVERLAP_PERCENT } = scaling;
    if (scaling.mode !== 'enforce') return;
    const count = truth.model.groups
      .all()
      .filter(({ body, state }) => body.tags[TAGS.workload] === name && !BILLS_NO_MORE.has(state)).length;
    const most = burst.maxGroups + Math.max(1, Math.floor((failoverOverlapPercent / 100) * burst.maxGroups));
    if (count > most) truth.violate(3, `${name} has ${count} groups that may bill; at most ${most} are allowed`);
    if (!starts) return;
    const price = dearestGroupUsdPerHour(living.workload);
    const perHour = count * price;
    if (perHour > limits.spendUsdPerHour * (1 + TOLERANCE))
      truth.violate(3, `${name} spends ${perHour.toFixed(3)} USD an hour; the limit is ${limits.spendUsdPerHour}`);
    const commitHours = (burst.scaleInDelaySeconds + drainTimeoutSeconds) / 3600;
    const committed = spentToday(name) + perHour * commitHours;
    if (committed > limits.spendUsdPerDay * (1 + TOLERANCE))
      truth.violate(3, `${name} committed ${committed.toFixed(3)} USD today; the limit is ${limits.spendUsdPerDay}`);
  }

  return {
    before(call, watch) {
      if (!watch || !isArmWrite(call) || call.method === 'publish') return;
      watch.writes++;
      const most = truth.workloads.get(watch.workload)?.workload.scaling.limits.changesPerEvaluation ?? 0;
      if (watch.writes > most)
        truth.violate(
          3,
          `an evaluation of ${watch.workload} sent ${watch.writes} changes; at most ${most} are allowed`,
        );
    },
    after(call) {
      if (call.port !== 'containerGroups' || (call.method !== 'create' && call.method !== 'start')) return;
      const group = groupOfCall(truth, call);
      const living = group && workloadOfGroup(truth, group.body.tags);
      if (living) judge(living, true);
    },
    tick() {
      const day = Math.floor(truth.clock.now() / DAY_MS);
      for (const { tags, cpu, memoryInGB } of truth.openBills()) {
        const name = tags[TAGS.workload] ?? '';
        const entry = spent.get(name);
        const usd = (groupUsdPerHour('', cpu, memoryInGB) * TICK_MS) / HOUR_MS;
        spent.set(name, entry?.day === day ? { day, usd: entry.usd + usd } : { day, usd });
      }
      for (const living of truth.workloads.values()) judge(living, false);
    },
  };
}
