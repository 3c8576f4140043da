// What a translation finds on its way, and what it may look things up in.

import type { Problem } from '../problem.ts';
import type { Findings, Note } from './walk.ts';

export class Report implements Findings {
  readonly problems: Problem[] = [];
  readonly notes: Note[] = [];
  malformed = false;
  /** Data of the ConfigMaps in the file, by their names. */
  readonly #configMaps: ReadonlyMap<string, Record<string, string>>;
  /** Names of app settings in use, and the key of the Secret that each stands for. */
  readonly #settings = new Map<string, string>();

  constructor(configMaps: ReadonlyMap<string, Record<string, string>>) {
    this.#configMaps = configMaps;
  }

  problem(path: string, message: string, allowed: string, value?: string): void {
    this.problems.push({ path, value, message, allowed });
  }

  note(path: string, message: string): void {
    this.notes.push({ path, message });
  }

  /** A map of these; a problem when one has a name that would be lost in it. */
  map(path: string, entries: Iterable<readonly [string, string]>): Record<string, string> {
    const map = Object.fromEntries(entries);
    if (Object.hasOwn(map, '__proto__')) {
      this.problem(path, 'has the name __proto__, which no map can have', 'another name');
    }
    return map;
  }

  /** The data of a ConfigMap; a problem when it is not in the file. */
  configMap(path: string, name: string): Record<string, string> {
    const data = this.#configMaps.get(name);
    if (data) return data;
    const known = [...this.#configMaps.keys()].join(', ');
    const allowed = `a ConfigMap in the same file${known === '' ? '' : `: ${known}`}`;
    this.problem(path, 'is a ConfigMap that is not in the file', allowed, name);
    return {};
  }

  /** One value of a ConfigMap. */
  configValue(path: string, name: string, key: string): string {
    const data = this.configMap(path, name);
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    if (value === undefined && Object.keys(data).length > 0) {
      this.problem(path, `is no key of ConfigMap ${name}`, Object.keys(data).join(', '), key);
    }
    return value ?? '';
  }

  /** The app setting that stands for a key of a Secret: NAME_KEY in capitals. */
  setting(path: string, name: string, key: string): string {
    const setting = `${name}_${key}`.replaceAll(/\W+/g, '_').toUpperCase();
    const source = `${name}/${key}`;
    const taken = this.#settings.get(setting);
    if (taken !== undefined && taken !== source) {
      this.problem(path, `would be app setting ${setting}, which stands for ${taken} already`, 'names that differ');
    }
    this.#settings.set(setting, source);
    return setting;
  }
}
