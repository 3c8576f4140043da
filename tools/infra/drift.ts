// A provision replaces all app settings. What somebody changed in the portal would be lost: it is found before.

import { appSettings } from './app-settings.ts';
import type { Arm } from './arm.ts';
import { firstRank } from './derived.ts';
import type { Env } from './preflight.ts';

export interface Difference {
  name: string;
  deployed: string;
  wanted: string;
}

/** Settings of the first rank that differ from what the next provision would set; none before the first one. */
export async function drift(env: Env, arm: Arm): Promise<Difference[]> {
  if (!env['AZURE_RESOURCE_GROUP'] || !env['AZURE_FUNCTION_NAME']) return [];
  const settings = await appSettings(env, arm);
  if (typeof settings === 'number') return [];
  return firstRank().flatMap(({ name, default: usual = '' }) => {
    const wanted = env[name] ?? usual;
    const deployed = settings[name] ?? '';
    // The example fills in its own queue and scale set where none is given.
    const filledIn = wanted === '' && (name === 'SPILLWAY_QUEUE' || name === 'SPILLWAY_SCALE_SET');
    return deployed === wanted || filledIn ? [] : [{ name, deployed, wanted }];
  });
}
