// What is this instance of the scale set doing, and may the set be changed? From the provisioning state, the power state
// and the health extension. Fails towards "it does not serve": burst covers what the base may not carry.
//
//   creating ─> starting (running, and initializing in the eyes of the extension) ─> serving <──> unhealthy
//   evicted (deallocated: Spot took it, or somebody did), stopped, failed, updating (maintenance, reimage), deleting
//
// `Unknown` of the extension means that its grace period ended without an answer; Azure's own repairs and upgrades take
// it for unhealthy, and so do we. Without an extension a running instance serves.

import type { Instance, ScaleSet } from '../ports/scale-sets.ts';

export type InstanceState =
  'serving' | 'starting' | 'unhealthy' | 'evicted' | 'stopped' | 'failed' | 'updating' | 'deleting' | 'unknown';

export function instanceState({ provisioning, power, health }: Instance): InstanceState {
  const byProvisioning = BY_PROVISIONING[provisioning];
  if (byProvisioning) return byProvisioning;
  if (provisioning !== 'succeeded') return 'unknown';
  if (power !== 'running') return BY_POWER[power] ?? 'unknown';
  return BY_HEALTH[health] ?? 'unknown';
}

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

export const instanceServes = (instance: Instance): boolean => instanceState(instance) === 'serving';

/** Instances that do not serve, by state, as words for a sentence: `1 evicted, 2 starting`. Undefined: all serve. */
export function notServing({ instances }: ScaleSet): string | undefined {
  const counts = new Map<InstanceState, number>();
  for (const state of instances.map(instanceState)) counts.set(state, (counts.get(state) ?? 0) + 1);
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
  return count > 0 ? `changing ${count} instances` : undefined;
}
