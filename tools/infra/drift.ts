// A provision replaces all app settings. What somebody changed in the portal would be lost: it is found before.

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
  const { AZURE_SUBSCRIPTION_ID: id, AZURE_RESOURCE_GROUP: group, AZURE_FUNCTION_NAME: app } = env;
  if (!group || !app) return [];
  const site = `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Web/sites/${app}`;
  const { status, body } = await arm('POST', `${site}/config/appsettings/list`, '2024-11-01');
  if (status !== 200) return [];
  const { properties } = body as { properties: Record<string, string> };
  return firstRank().flatMap(({ name, default: usual = '' }) => {
    const wanted = env[name] ?? usual;
    const deployed = properties[name] ?? '';
    // The example fills in its own queue and scale set where none is given.
    const filledIn = wanted === '' && (name === 'SPILLWAY_QUEUE' || name === 'SPILLWAY_SCALE_SET');
    return deployed === wanted || filledIn ? [] : [{ name, deployed, wanted }];
  });
}
