// A provision replaces all app settings. What somebody changed elsewhere since the last one, in the portal or with az, would
// be lost: it is found before, by what the last one put out.

import { SETTINGS } from '../../shared/settings/table.ts';
import { appSettings } from './app-settings.ts';
import type { Arm } from './arm.ts';
import { firstRank, ofTemplate, SECRETS, settingParameters } from './derived.ts';
import type { Env } from './preflight.ts';

export type Settings = Readonly<Record<string, string>>;

export interface Difference {
  name: string;
  deployed: string;
  wanted: string;
  /** The template makes it of what it deploys: a provision that failed half-way may have set it, too. */
  derived: boolean;
}

const DEFAULTS = new Map(SETTINGS.map(({ name, default: usual }) => [name, usual]));

/** Settings that variables of azd set, with what holds where they do not. */
const VARIABLES = new Map([
  ...settingParameters().map(({ variable, usual }) => [variable, usual] as const),
  ...firstRank().map(({ name, default: usual }) => [name, usual] as const),
]);

/**
 * App settings that were changed since the last provision, and that the next one would change back; none before the first
 * one. `more`: what infra/more-settings.json says. Throws with what to do where it cannot be told.
 */
export async function drift(env: Env, more: Settings, arm: Arm): Promise<Difference[]> {
  const { AZURE_SUBSCRIPTION_ID: id, AZURE_FUNCTION_NAME: app, SPILLWAY_APP_SETTINGS: set } = env;
  if (!app || !set) {
    const group = env['AZURE_RESOURCE_GROUP'] ?? `rg-${env['AZURE_ENV_NAME']}`;
    const sites = `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Web/sites`;
    const { status, body } = await arm('GET', sites, '2024-11-01');
    if (status === 404) return [];
    if (status !== 200) throw unread(status);
    if ((body as { value: unknown[] }).value.length === 0) return [];
    throw new Error(
      `${group} holds an app, and what the last provision set is not known here. If that provision failed, SPILLWAY_DRIFT=overwrite azd provision --no-state sets all app settings anew. If it succeeded elsewhere: azd env refresh, and try again.`,
    );
  }
  const deployed = await appSettings(env, arm);
  if (deployed === 404) return [];
  if (typeof deployed === 'number') throw unread(deployed);
  return differences(deployed, JSON.parse(set) as Settings, env, more);
}

const unread = (status: number): Error => new Error(`The app settings could not be read: Azure answered ${status}.`);

function differences(deployed: Settings, last: Settings, env: Env, more: Settings): Difference[] {
  const template = ofTemplate();
  const names = new Set([...Object.keys(deployed), ...Object.keys(last)]);
  return [...names]
    .filter((name) => name.startsWith('SPILLWAY_') && !SECRETS.includes(name))
    .toSorted()
    .flatMap((name) => {
      const derived = template.has(name) && !VARIABLES.has(name) && !(name in more);
      const next = VARIABLES.has(name) ? env[name] || VARIABLES.get(name) : derived ? last[name] : '';
      // An empty value is as good as none, and none as the default.
      const [now, before, wanted] = [deployed[name], last[name], more[name] ?? next].map(
        (value) => value || DEFAULTS.get(name) || '',
      ) as [string, string, string];
      return now === before || now === wanted ? [] : [{ name, deployed: now, wanted, derived }];
    });
}

/**
 * Where what was changed is to be said from now on: in variables of azd, or in infra/more-settings.json, which counts more.
 * What the template makes stays its own: said there, it would hold for ever.
 */
export function takenOver(changed: readonly Difference[], more: Settings): { variables: Settings; more: Settings } {
  const { variables = [], file = [] } = Object.groupBy(
    changed.filter(({ derived }) => !derived),
    ({ name }) => (VARIABLES.has(name) && !(name in more) ? 'variables' : 'file'),
  );
  return { variables: valuesOf(variables), more: { ...more, ...valuesOf(file) } };
}

const valuesOf = (list: readonly Difference[]): Settings =>
  Object.fromEntries(list.map(({ name, deployed }) => [name, deployed]));
