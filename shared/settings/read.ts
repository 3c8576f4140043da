// Reads the value of one setting from the app settings: the workload's own value, else the general one, else the default.

import { readValue } from '../workload/explain.ts';
import { nearest } from '../workload/nearest.ts';
import type { Problem } from '../workload/problem.ts';
import { isUnresolved, RESOLVABLE } from '../workload/secret-settings.ts';
import { nameFor } from './setting.ts';
import type { Setting } from './setting.ts';
import { SETTINGS } from './table.ts';

/** The app settings of the process. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What a setting says, and where that was found. */
export interface Reading {
  /** Name of the app setting that decided, to be named by problems. */
  name: string;
  /** Undefined: none, or a problem. */
  value: unknown;
  source: 'own' | 'general' | 'default' | 'nothing';
  /** What stands there, right or wrong: text, or what the text stands for. */
  found?: unknown;
  problems?: Problem[] | undefined;
}

/** The value of an app setting without space around it; undefined when it is absent, and when it is empty. */
export function given(env: Env, name: string): string | undefined {
  const text = Object.hasOwn(env, name) ? env[name]?.trim() : undefined;
  return text === '' ? undefined : text;
}

/** The general value of a setting, or its default. */
export function readGeneral(env: Env, setting: Setting): Reading {
  const names = [setting.name, ...(setting.fallback === undefined ? [] : [setting.fallback])];
  for (const name of names) {
    const text = given(env, name);
    if (text !== undefined) return readText(setting, name, text, 'general');
  }
  if (setting.default !== undefined) return readText(setting, setting.name, setting.default, 'default');
  return { name: setting.name, value: undefined, source: 'nothing' };
}

/**
 * A workload's own value of a setting; undefined when it has none and the general one holds. An empty own value takes
 * the general one away where "none" is allowed, and counts as absent where it is not.
 */
export function readOwn(env: Env, setting: Setting, workload: string): Reading | undefined {
  const name = nameFor(setting.name, workload);
  const text = given(env, name);
  if (text !== undefined) return readText(setting, name, text, 'own');
  const emptied = Object.hasOwn(env, name) && env[name] !== undefined && setting.default === undefined;
  return emptied ? { name, value: undefined, source: 'own' } : undefined;
}

function readText({ kind, secret }: Setting, name: string, text: string, source: Reading['source']): Reading {
  if (isUnresolved(text)) {
    const message = 'is a Key Vault reference that was not resolved';
    return {
      name,
      value: undefined,
      source,
      problems: [{ path: name, value: undefined, message, allowed: RESOLVABLE }],
    };
  }
  const found = kind.unpack ? kind.unpack(text) : text;
  const { value, problems } = readValue(name, kind, text, secret);
  return { name, value, source, found, problems };
}

const PREFIX = 'SPILLWAY_';

/**
 * App settings that begin like ours and are none of ours: typing errors, and values for workloads that do not exist.
 * Their values are not shown, because nobody knows what they are. `used` are names that workload files refer to.
 */
export function unknownSettings(env: Env, workloads: readonly string[], used: ReadonlySet<string>): Problem[] {
  const general = SETTINGS.filter(({ scope }) => scope !== 'foreign').map(({ name }) => name);
  const own = SETTINGS.filter(({ scope }) => scope === 'workload').flatMap(({ name }) =>
    workloads.map((workload) => nameFor(name, workload)),
  );
  const known = [...general, ...own];
  return Object.keys(env)
    .filter((name) => name.toUpperCase().startsWith(PREFIX) && env[name] !== undefined)
    .filter((name) => !known.includes(name) && !used.has(name))
    .map((name) => {
      const setting = SETTINGS.find((one) => one.scope === 'workload' && name.startsWith(`${one.name}_FOR_`));
      const names = setting && [setting.name, ...workloads.map((workload) => nameFor(setting.name, workload))];
      return {
        path: name,
        value: undefined,
        message: names ? 'matches no workload' : 'is not a setting',
        allowed: names?.join(', ') ?? 'the names in docs/settings.md',
        nearest: nearest(name, known),
      };
    });
}
