// How soon may what start? Two tiers, each with start times of its own: groups that are ready in standby pools, and all
// others. Starts from a pool are told by their tag, so that neither blurs the other; what a pool had no group for is a
// start like any other. A group counts as ready where the next creates would go to its pool: the placement itself is asked,
// with its order, rules, quota and closed places. Fails towards none ready: then all is as without a pool.

import type { InFlight, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { counts } from '../failover/retire.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { mayBill } from '../health/group-health.ts';
import type { Starts, StartTime } from '../rules/wanted.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { assignNew } from './create.ts';
import { replicasPerGroup } from './offering.ts';
import { everyOf, servedOf } from './experience.ts';
import { isReadyKey, poolsNow, wasReady, type PoolNow } from './ready.ts';
import { secondsLeft, startTimeOf } from './start-time.ts';
import { replicasIn } from './tally.ts';

export interface Tiers {
  start: Starts;
  /** Seconds until each replica serves that starts and counts, as likely as not. */
  starting: number[];
  reasons: Reason[];
}

/** A pool hands over running groups: 2 to 10 s. */
const POOL_GUESS: StartTime = { usual: 5, slow: 10 };

export function tiersOf(
  input: PlanInput,
  groups: BurstGroup[],
  inFlight: InFlight[],
  experience: PlannerState['experience'],
): Tiers {
  const { workload, now } = input;
  const starts = Object.entries(experience ?? {});
  const startsOf = (ready: boolean, take: typeof everyOf) =>
    starts.flatMap(([key, known]) => (isReadyKey(key) === ready ? take(known) : []));
  const usual = startTimeOf(startsOf(false, servedOf));
  const every = startTimeOf(startsOf(false, everyOf));
  const pool = startTimeOf(startsOf(true, servedOf), POOL_GUESS);
  const starting = groups
    .filter((group) => group.health !== 'serving' && counts(group))
    .flatMap((group) => Array<number>(replicasIn([group], workload)).fill(leftOf(group, now, every, pool)));
  const reasons = starting.length > 0 ? [leftReason(starting, every)] : [];
  const pools = poolsNow(input, groups, inFlight);
  if (pools.length === 0) return { start: usual, starting, reasons };
  const replicas = readyReplicas(input, groups, inFlight, pools);
  const ready = replicas > 0 && pool.usual < usual.usual ? { replicas, start: pool } : undefined;
  reasons.push(...pools.map((each) => poolReason(each, usual, pool, ready?.replicas ?? 0)));
  return { start: { ...usual, ready }, starting, reasons };
}

/** One that was ready starts sooner; if it takes longer than those do, it was not ready after all. */
function leftOf({ tags, since }: BurstGroup, now: number, every: StartTime, pool: StartTime): number {
  const age = (now - since) / 1000;
  return secondsLeft(age, wasReady(tags) && age <= pool.slow ? pool : every);
}

/** Replicas of the next groups that would be taken from pools, up to the first that would not. */
function readyReplicas(input: PlanInput, groups: BurstGroup[], inFlight: InFlight[], pools: PoolNow[]): number {
  const { workload } = input;
  const left = new Map(pools.map(({ id, ready }) => [id, ready]));
  const room = workload.scaling.burst.maxGroups - groups.filter(({ health }) => mayBill(health)).length;
  const most = Math.min(
    room,
    pools.reduce((sum, { ready }) => sum + ready, 0),
  );
  if (most <= 0) return 0;
  const { places } = assignNew(input, groups, inFlight, most);
  const other = places.findIndex(({ offering }) => {
    const id = offering.standbyPool?.id ?? '';
    const ready = left.get(id) ?? 0;
    left.set(id, ready - 1);
    return ready <= 0;
  });
  return (other === -1 ? places.length : other) * replicasPerGroup(workload);
}

const leftReason = (starting: number[], every: StartTime): Reason =>
  reason('starts-left', {
    starting: starting.length,
    least: Math.min(...starting),
    most: Math.max(...starting),
    ...every,
  });

function poolReason(pool: PoolNow, usual: StartTime, start: StartTime, ready: number): Reason {
  const name = pool.id.slice(pool.id.lastIndexOf('/') + 1);
  if (pool.problem !== undefined) return reason('pool-unread', { pool: name, problem: pool.problem });
  const { running, taken } = pool;
  return reason('pool-ready', { pool: name, running, taken, ...start, others: usual.usual, ready });
}
