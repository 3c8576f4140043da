// The settings as an operator sees them: what holds, and where it comes from. Secrets are never among the values.

import { shown } from '../workload/problem.ts';
import { given } from './read.ts';
import type { Env } from './read.ts';
import { nameFor } from './setting.ts';
import type { Setting } from './setting.ts';
import { SETTINGS } from './table.ts';

export interface SettingView {
  /** Name of the app setting, with `_FOR_...` when it is a workload's own. */
  name: string;
  /** As set, or the default; secrets are hidden. Undefined: not set, and no default. */
  value: string | undefined;
  unit?: string | undefined;
  default?: string | undefined;
  /** `set`: by the app setting of that name; `default`; the name of a foreign app setting; `none`: has no value. */
  source: string;
  help: string;
  rank: 'first' | 'advanced';
}

/** Every setting with the value that holds, each followed by the own values of the workloads. */
export function describeSettings(env: Env, workloads: readonly string[]): SettingView[] {
  return SETTINGS.flatMap((setting) => {
    const general = view(setting, setting.name, ...valueOf(env, setting));
    return setting.scope === 'workload' ? [general].concat(ownValues(env, setting, workloads)) : [general];
  });
}

function valueOf(env: Env, setting: Setting): [value: string | undefined, source: string] {
  const set = given(env, setting.name);
  if (set !== undefined) return [set, 'set'];
  const fallback = setting.fallback === undefined ? undefined : given(env, setting.fallback);
  if (fallback !== undefined) return [fallback, setting.fallback ?? ''];
  return [setting.default, setting.default === undefined ? 'none' : 'default'];
}

function ownValues(env: Env, setting: Setting, workloads: readonly string[]): SettingView[] {
  return workloads
    .map((workload) => nameFor(setting.name, workload))
    .filter((name) => Object.hasOwn(env, name) && env[name] !== undefined)
    .map((name) => view(setting, name, env[name], 'set'));
}

function view(setting: Setting, name: string, value: string | undefined, source: string): SettingView {
  const { unit, default: usual, help, rank, secret } = setting;
  return { name, value: shown(value, secret), unit, default: usual, source, help, rank };
}
