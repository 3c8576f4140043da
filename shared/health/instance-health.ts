// Is this instance of the scale set serving? Fails towards "no": burst covers what the base may not carry.

import type { Instance, ScaleSet } from '../ports/scale-sets.ts';

export const instanceServes = (instance: Instance): boolean =>
  instance.power === 'running' && instance.provisioning === 'succeeded' && instance.health !== 'unhealthy';

const changing = (instance: Instance): boolean =>
  instance.provisioning === 'creating' || instance.provisioning === 'deleting' || instance.provisioning === 'updating';

/** Undefined when the set may be changed; otherwise what it is doing. */
export function setBusy(set: ScaleSet): string | undefined {
  if (set.provisioningState !== 'Succeeded') return set.provisioningState.toLowerCase();
  const count = set.instances.filter(changing).length;
  return count > 0 ? `changing ${count} instances` : undefined;
}
