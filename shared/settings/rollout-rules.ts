import { shown, type Problem } from '../workload/problem.ts';
import type { Draft } from './draft.ts';

const SURGE = 'rollout.maxSurgePercent';
const UNAVAILABLE = 'rollout.maxUnavailablePercent';

/** Azure's limit of a tag's value. */
const TAG_MOST = 256;

/** A managed scale set is told by a tag what its instances run. */
export function imageFitsTag({ file, fields: { image = '' }, scaling }: Draft): Problem[] {
  if (scaling.base?.mode !== 'manage' || image.length <= TAG_MOST) return [];
  const message = `has ${image.length} characters, and is to stand in a tag of the scale set`;
  return [{ path: `${file}: image`, value: shown(image), message, allowed: `at most ${TAG_MOST} characters` }];
}

/** With nothing on top and nothing missing no replica could ever be replaced. */
export function rolloutCanMove({ readings }: Draft): Problem[] {
  const [surge, unavailable] = [readings.get(SURGE), readings.get(UNAVAILABLE)];
  if (readings.get('rollout.strategy')?.value === 'none' || surge?.value !== 0 || unavailable?.value !== 0) return [];
  const message = `leaves a rollout no way to replace a replica, because ${unavailable.name} is 0, too`;
  return [{ path: surge.name, value: '0', message, allowed: `more than 0 in one of them: 0 is fine for the other` }];
}
