// What is this instance of the scale set doing, and may the set be changed? From the provisioning state, the power state
// and the health extension. Fails towards "it does not serve": burst covers what the base may not carry.
//
//   creating ─> starting (running, and initializing in the eyes of the extension) ─> serving <──> unhealthy
//   evicted (deallocated: Spot took it, or somebody did), stopped, failed, updating (reimage, redeploy), deleting
//   maintenance (it runs, but the platform announced that it will be redeployed within minutes, or is about to)
//
// `Unknown` of the extension means that its grace period ended without an answer; Azure's own repairs and upgrades take
// it for unhealthy, and so do we. Without an extension a running instance serves.

import type { Instance, ScaleSet } from '../ports/scale-sets.ts';
import { counted } from '../telemetry/wording.ts';

export type InstanceState =
  | 'serving'
  | 'starting'
  | 'unhealthy'
  | 'evicted'
  | 'stopped'
  | 'failed'
  | 'updating'
  | 'maintenance'
  | 'deleting'
  | 'unknown';

/** Long enough for a replica elsewhere to start before, with a slow pull (milliseconds). */
const COVERED_BEFORE_MS = 5 * 60_000;

export function instanceState({ provisioning, power, health, maintenance }: Instance, now: number): InstanceState {
  const byProvisioning = BY_PROVISIONING[provisioning];
  if (byProvisioning) return byProvisioning;
  if (provisioning !== 'succeeded') return 'unknown';
  if (power !== 'running') return BY_POWER[power] ?? 'unknown';
  const state = BY_HEALTH[health] ?? 'unknown';
  return state === 'serving' && isDue(maintenance, now) ? 'maintenance' : state;
}

const isDue = (window: Instance['maintenance'], now: number): boolean =>
  window !== undefined && now >= window.from - COVERED_BEFORE_MS && now < (window.to ?? Infinity);

const BY_PROVISIONING: Record<string, InstanceState> = {
  creating: 'starting',
  updating: 'updating',
  failed: 'failed',
  deleting: 'deleting',
};

const BY_POWER: Record<string, InstanceState> = {
  starting: 'starting',
  stopped: 'stopped',
  deallocated: 'evicted',
};

const BY_HEALTH: Record<string, InstanceState> = {
  none: 'serving',
  healthy: 'serving',
  initializing: 'starting',
  unhealthy: 'unhealthy',
  unknown: 'unhealthy',
};

export const instanceServes = (instance: Instance, now: number): boolean => instanceState(instance, now) === 'serving';

/** It does not serve, and not by the platform, as evicted, stopped and failed machines do not. */
export const instanceUnready = (instance: Instance, now: number): boolean => UNREADY.has(instanceState(instance, now));

const UNREADY: ReadonlySet<InstanceState> = new Set(['starting', 'unhealthy']);

/** Instances that do not serve, by state, as words for a sentence: `1 evicted, 2 starting`. Undefined: all serve. */
export function notServing({ instances }: ScaleSet, now: number): string | undefined {
  const counts = new Map<InstanceState, number>();
  for (const state of instances.map((each) => instanceState(each, now)))
    counts.set(state, (counts.get(state) ?? 0) + 1);
  counts.delete('serving');
  if (counts.size === 0) return undefined;
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

const changing = (instance: Instance): boolean =>
  instance.provisioning === 'creating' || instance.provisioning === 'deleting' || instance.provisioning === 'updating';

/** Undefined when the set may be changed; otherwise what it is doing. */
export function setBusy(set: ScaleSet): string | undefined {
  if (set.provisioningState !== 'Succeeded') return set.provisioningState.toLowerCase();
  const count = set.instances.filter(changing).length;
  return count > 0 ? `changing ${counted(count, 'instance')}` : undefined;
}
