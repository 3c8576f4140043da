// What somebody set in the environment of azd, and no deployment gets: only parameters of the template come from there.

import { SETTINGS } from '../../shared/settings/table.ts';
import { nearest } from '../../shared/workload/nearest.ts';
import { firstRank, outputs, SECRETS } from './derived.ts';
import { PARAMETERS } from './parameters.ts';
import type { Env } from './preflight.ts';

/** Variables that the hooks go by. */
export const OF_HOOKS = [
  'SPILLWAY_ACCEPT_COST',
  'SPILLWAY_DRIFT',
  'SPILLWAY_HOOK_PAUSE_SECONDS',
  'SPILLWAY_SKIP_DRAIN',
];

/** A sentence for each; `more`: what infra/more-settings.json says. */
export function undeployed(env: Env, more: Env): string[] {
  const settable = [...PARAMETERS.map(({ variable }) => variable), ...firstRank().map(({ name }) => name), ...OF_HOOKS];
  const known = new Set([...settable, ...outputs(), ...Object.keys(more)]);
  return Object.keys(env)
    .filter((name) => /^spillway_/i.test(name) && !known.has(name))
    .toSorted()
    .map((name) => {
      if (isSetting(name)) {
        const how = SECRETS.includes(name) ? ', as a Key Vault reference' : '';
        return `${name} is not deployed from the environment of azd: write it into infra/more-settings.json${how}.`;
      }
      const meant = nearest(name, [...settable, ...SETTINGS.map((setting) => setting.name)]);
      const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
      return `${name} is no variable of the deployment and no setting: nothing comes of it.${hint}`;
    });
}

const isSetting = (name: string): boolean =>
  SETTINGS.some(
    (setting) => name === setting.name || (setting.scope === 'workload' && name.startsWith(`${setting.name}_FOR_`)),
  );
