// A provision replaces all app settings. What somebody changed elsewhere since the last one, in the portal or with az, would
// be lost: it is found before, by what the last one put out.

import type { Arm } from './arm.ts';
import { firstRank, SECRETS } from './derived.ts';
import type { Env } from './preflight.ts';

export type Settings = Readonly<Record<string, string>>;

export interface Difference {
  name: string;
  deployed: string;
  wanted: string;
}

const VERSION = '2024-11-01';

/**
 * App settings that were changed since the last provision, and that the next one would change back; none before the first
 * one. `more`: what infra/more-settings.json says. Throws with what to do where it cannot be told.
 */
export async function drift(env: Env, more: Settings, arm: Arm): Promise<Difference[]> {
  const { AZURE_SUBSCRIPTION_ID: id, AZURE_FUNCTION_NAME: app, SPILLWAY_APP_SETTINGS: set } = env;
  const group = env['AZURE_RESOURCE_GROUP'] ?? `rg-${env['AZURE_ENV_NAME']}`;
  const sites = `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Web/sites`;
  if (!app || !set) {
    const found = (await read(arm, 'GET', sites)) as { value: unknown[] } | undefined;
    if (!found?.value.length) return [];
    throw new Error(
      `${group} holds an app, and what the last provision set is not known here: azd env refresh, and try again. SPILLWAY_DRIFT=overwrite goes on without, and sets all app settings anew.`,
    );
  }
  const listed = await read(arm, 'POST', `${sites}/${app}/config/appsettings/list`);
  if (!listed) return [];
  return differences((listed as { properties: Settings }).properties, JSON.parse(set) as Settings, env, more);
}

/** The body of an answer; undefined for what is not there. */
async function read(arm: Arm, method: string, path: string): Promise<unknown> {
  const { status, body } = await arm(method, path, VERSION);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`The app settings could not be read: Azure answered ${status}.`);
  return body;
}

/** An empty value is as good as none. */
function differences(deployed: Settings, last: Settings, env: Env, more: Settings): Difference[] {
  const usual = defaults();
  const names = new Set([...Object.keys(deployed), ...Object.keys(last)]);
  return [...names]
    .filter((name) => name.startsWith('SPILLWAY_') && !SECRETS.includes(name))
    .toSorted()
    .flatMap((name) => {
      const [now = '', before = ''] = [deployed[name], last[name]];
      const wanted = more[name] ?? (usual.has(name) ? env[name] || usual.get(name) || '' : before);
      return now === before || now === wanted ? [] : [{ name, deployed: now, wanted }];
    });
}

const defaults = (): Map<string, string | undefined> =>
  new Map(firstRank().map(({ name, default: usual }) => [name, usual]));

/** Where what was changed is to be said from now on: in variables of azd, or in infra/more-settings.json, which counts more. */
export function takenOver(changed: readonly Difference[], more: Settings): { variables: Settings; more: Settings } {
  const usual = defaults();
  const { variables = [], file = [] } = Object.groupBy(changed, ({ name }) =>
    usual.has(name) && !(name in more) ? 'variables' : 'file',
  );
  return { variables: valuesOf(variables), more: { ...more, ...valuesOf(file) } };
}

const valuesOf = (list: readonly Difference[]): Settings =>
  Object.fromEntries(list.map(({ name, deployed }) => [name, deployed]));
