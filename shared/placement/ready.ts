// How many groups are ready in the standby pools that a workload takes from? Those that run in the pool as it was read, less
// those asked for so lately that its view may not show it. What is not known, or of a degraded pool, is not ready: nothing
// is waited for because of it.

import type { InFlight, PlanInput, PlannerState } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { offeringsOf, standbyPoolsOf } from './offering.ts';
import { TAGS } from './tags.ts';

export interface PoolNow {
  /** Resource id. */
  id: string;
  running: number;
  taken: number;
  ready: number;
  /** Why none counts as ready. */
  problem?: string | undefined;
}

type Input = Pick<PlanInput, 'workload' | 'observation' | 'now'>;

/** The view of a pool follows what happens in it by so much. */
const VIEW_LAG_MS = 30_000;

export const poolsNow = (input: Input, groups: BurstGroup[], inFlight: InFlight[]): PoolNow[] =>
  standbyPoolsOf(input.workload).map((id) => poolNow(id, input, groups, inFlight));

function poolNow(id: string, input: Input, groups: BurstGroup[], inFlight: InFlight[]): PoolNow {
  const reading = input.observation.standbyPools?.[id];
  const none = { id, running: 0, taken: 0, ready: 0 };
  if (reading?.status !== 'read') {
    return { ...none, problem: `could not be read (${reading?.failure.code ?? 'not asked'})` };
  }
  const { running, degraded } = reading.value;
  if (degraded !== undefined) return { ...none, running, problem: `is degraded (${degraded})` };
  const own = offeringsOf(input.workload).filter(({ standbyPool }) => standbyPool?.id === id);
  const taken = takenLately(input, groups, inFlight, new Set(own.map(({ key }) => key)));
  return { id, running, taken, ready: Math.max(0, running - taken) };
}

/**
 * Groups that were ready when they were asked for, and start or serve since a moment ago; one whose tags cannot be seen yet
 * may have been.
 */
function takenLately({ now }: Input, groups: BurstGroup[], inFlight: InFlight[], keys: ReadonlySet<string>): number {
  const requested = new Map(inFlight.map(({ name, offering }) => [name, offering]));
  return groups.filter(({ name, tags, since }) => {
    const key = tags[TAGS.offering] ?? requested.get(name);
    const marked = wasReady(tags) || !(TAGS.owner in tags);
    return marked && key !== undefined && keys.has(key) && now - since < VIEW_LAG_MS;
  }).length;
}

/** Whether a pool had a group ready as this one was asked for. */
export const wasReady = (tags: Record<string, string>): boolean => TAGS.ready in tags;

type Experience = PlannerState['experience'];

const READY = ' (ready)';

/** Where the starts of an offering are kept that its pool had a ready group for. */
export const readyKey = (key: string): string => `${key}${READY}`;
export const isReadyKey = (key: string): boolean => key.endsWith(READY);

/** Experience with places as they are now: one whose pool has ready groups starts as those did. */
export function experienceNow({ workload }: Input, experience: Experience, pools: PoolNow[]): Experience {
  const full = new Set(pools.filter(({ ready }) => ready > 0).map(({ id }) => id));
  if (full.size === 0) return experience;
  const quick = offeringsOf(workload).filter(({ standbyPool }) => standbyPool && full.has(standbyPool.id));
  return {
    ...experience,
    ...Object.fromEntries(
      quick.map(({ key }) => [
        key,
        { starts: experience?.[readyKey(key)]?.starts ?? [], failures: experience?.[key]?.failures ?? 0 },
      ]),
    ),
  };
}
