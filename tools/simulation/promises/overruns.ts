// Promise 3: the limits on groups, on spend an hour, a day and a month, and on changes an evaluation hold at every step. What
// may still bill counts: everything that exists and is not stopped, nor ended by itself (Succeeded, which Azure never revives).
// A limit of a day or a month is one on commitments: when a group starts, what was spent and what all groups cost through their
// scale-in delay and drain must fit. What was spent is known by the controller's clock: time that it shows twice, because it
// was put back, counts once, and what it skips when it is right again counts in full.

import { dearestGroupUsdPerHour, groupUsdPerHour } from '../../../shared/placement/prices.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { RUNS_NO_MORE } from '../../local/azure/container-group.ts';
import { isArmWrite } from '../faults/call-faults.ts';
import { groupOfCall, TICK_MS, workloadOfGroup, type Check, type LivingWorkload, type Truth } from './check.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** `failover.overlap` of the design, where the user sets none. */
const OVERLAP_PERCENT = 25;
/** Share of a limit of money by which the controller may be wrong about what it spent: it reads the time of starts late. */
const TOLERANCE = 0.02;

/** Number of the UTC day, and of the month. */
const PERIODS = {
  day: (at: number): number => Math.floor(at / DAY_MS),
  month: (at: number): number => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth(),
};
type Period = keyof typeof PERIODS;

export function overruns(truth: Truth): Check {
  /** By workload and period: the period's number and what was spent in it. */
  const spent = new Map<string, { number: number; usd: number }>();
  /** By workload: US dollars that were spent in time which the controller's clock showed for the second time. */
  const hidden = new Map<string, number>();
  /** The latest time that it has shown, but none to come. */
  let shown = 0;

  const spentIn = (period: Period, name: string): number => {
    const entry = spent.get(`${name} ${period}`);
    return entry?.number === PERIODS[period](truth.clock.now()) ? entry.usd : 0;
  };

  function spend(period: Period, name: string, usd: number): void {
    const number = PERIODS[period](truth.clock.now());
    spent.set(`${name} ${period}`, { number, usd: spentIn(period, name) + usd });
  }

  function judge(living: LivingWorkload, starts: boolean): void {
    const { name, scaling } = living.workload;
    const { burst, limits, drainTimeoutSeconds, failoverOverlapPercent = OVERLAP_PERCENT } = scaling;
    if (scaling.mode !== 'enforce') return;
    const count = truth.model.groups
      .all()
      .filter(({ body, state }) => body.tags[TAGS.workload] === name && !RUNS_NO_MORE.has(state)).length;
    const most = burst.maxGroups + Math.max(1, Math.floor((failoverOverlapPercent / 100) * burst.maxGroups));
    if (count > most) truth.violate(3, `${name} has ${count} groups that may bill; at most ${most} are allowed`);
    if (!starts) return;
    const price = dearestGroupUsdPerHour(living.workload);
    const perHour = count * price;
    if (perHour > limits.spendUsdPerHour * (1 + TOLERANCE))
      truth.violate(3, `${name} spends ${perHour.toFixed(3)} USD an hour; the limit is ${limits.spendUsdPerHour}`);
    const commitHours = (burst.scaleInDelaySeconds + drainTimeoutSeconds) / 3600;
    const within = (period: Period, limit: number): void => {
      const committed = spentIn(period, name) - (hidden.get(name) ?? 0) + perHour * commitHours;
      if (committed > limit * (1 + TOLERANCE))
        truth.violate(3, `${name} committed ${committed.toFixed(3)} USD this ${period}; the limit is ${limit}`);
    };
    within('day', limits.spendUsdPerDay);
    within('month', limits.spendUsdPerMonth ?? Infinity);
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
      const told = Math.min(truth.clock.now(), truth.controllerNow());
      const unseen = 1 - Math.max(0, told - shown) / TICK_MS;
      shown = Math.max(shown, told);
      for (const { tags, cpu, memoryInGB } of truth.openBills()) {
        const name = tags[TAGS.workload] ?? '';
        const usd = (groupUsdPerHour('', cpu, memoryInGB) * TICK_MS) / HOUR_MS;
        spend('day', name, usd);
        spend('month', name, usd);
        hidden.set(name, Math.max(0, (hidden.get(name) ?? 0) + usd * unseen));
      }
      for (const living of truth.workloads.values()) judge(living, false);
    },
  };
}
