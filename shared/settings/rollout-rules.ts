import type { Problem } from '../workload/problem.ts';
import type { Draft } from './draft.ts';

const SURGE = 'rollout.maxSurgePercent';
const UNAVAILABLE = 'rollout.maxUnavailablePercent';

/** With nothing on top and nothing missing no replica could ever be replaced. */
export function rolloutCanMove({ readings }: Draft): Problem[] {
  const [surge, unavailable] = [readings.get(SURGE), readings.get(UNAVAILABLE)];
  if (readings.get('rollout.strategy')?.value === 'none' || surge?.value !== 0 || unavailable?.value !== 0) return [];
  const message = `leaves a rollout no way to replace a replica, because ${unavailable.name} is 0, too`;
  return [{ path: surge.name, value: '0', message, allowed: `more than 0 in one of them: 0 is fine for the other` }];
}
