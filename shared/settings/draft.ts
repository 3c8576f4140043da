// A workload while it is being put together: what its file and the app settings say, as far as it could be read.

import type { WorkloadFile } from '../workload/fields.ts';
import type { Declared } from '../workload/parse-file.ts';
import type { Note } from '../workload/manifest/walk.ts';
import type { Problem } from '../workload/problem.ts';
import type { Scaling } from '../workload/workload.ts';
import { readOwn } from './read.ts';
import type { Env, Reading } from './read.ts';
import type { Setting } from './setting.ts';
import { SETTINGS } from './table.ts';

/** The same type with every member, at any depth, perhaps missing. */
export type Partly<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Partly<T[K]> } : T;

const SECTIONS = ['signals', 'rules', 'combine'] as const;

/** A section where it stands: in an app setting, which replaces the whole of it, or in the file. */
export interface Section {
  path: string;
  /** What stands there, right or wrong; undefined: nothing. */
  found: unknown;
  /** Whether that can be told: not when the file it would stand in cannot be read. */
  readable: boolean;
}

export interface Draft {
  name: string;
  file: string;
  fields: Partial<WorkloadFile>;
  /** Fields that may say something and cannot be read: nothing may be held against what they do not say. */
  unread: ReadonlySet<string>;
  scaling: Partly<Scaling>;
  /** The sections that a file and an app setting may say. */
  sections: Readonly<Record<(typeof SECTIONS)[number], Section>>;
  /** The reading behind each path of `scaling`. */
  readings: ReadonlyMap<string, Reading>;
  problems: Problem[];
  notes: Note[];
}

/** Puts a value into nested records at a path with dots. */
export function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = (target[head] ??= {}) as Record<string, unknown>;
  put(inner, rest.join('.'), value);
}

/**
 * Lays the app settings over what a file declares. `general` holds the general readings by name of setting: all
 * workloads share them, so that a general value that is wrong is one and the same problem in each that uses it.
 */
export function draftOf(declared: Declared, env: Env, general: ReadonlyMap<Setting, Reading>, region?: string): Draft {
  const { name, file, fields, unread, notes } = declared;
  const problems = [...declared.problems];
  const readings = new Map<string, Reading>();
  const scaling: Record<string, unknown> = {};
  for (const setting of SETTINGS) {
    if (setting.scope !== 'workload' || setting.path === undefined) continue;
    const reading = readOwn(env, setting, name) ?? general.get(setting);
    if (reading === undefined) continue;
    readings.set(setting.path, reading);
    problems.push(...(reading.problems ?? []));
    if (reading.value !== undefined) put(scaling, setting.path, reading.value);
  }
  const locations = readings.get('burst.locations');
  if (locations?.value === undefined && !locations?.problems && region) put(scaling, 'burst.locations', [region]);
  layFields(scaling, fields);
  const sections = {
    signals: sectionOf(declared, readings, 'signals'),
    rules: sectionOf(declared, readings, 'rules'),
    combine: sectionOf(declared, readings, 'combine'),
  };
  return { name, file, fields, unread, scaling: effectiveBase(scaling), sections, readings, problems, notes };
}

function sectionOf({ file, found }: Declared, readings: Draft['readings'], name: (typeof SECTIONS)[number]): Section {
  const set = readings.get(name);
  if (set?.found !== undefined) return { path: set.name, found: set.found, readable: true };
  return { path: `${file}: ${name}`, found: found?.get(name) ?? undefined, readable: found !== undefined };
}

/** What a file says of scaling. */
function layFields(scaling: Record<string, unknown>, fields: Draft['fields']): void {
  const { replicasPerInstance, placement, drain } = fields;
  // An app setting replaces the whole section of the file.
  for (const section of SECTIONS) {
    if (fields[section] !== undefined) scaling[section] ??= fields[section];
  }
  if (replicasPerInstance !== undefined) put(scaling, 'base.replicasPerInstance', replicasPerInstance);
  if (drain !== undefined) put(scaling, 'drain', drain);
  if (placement === undefined) return;
  put(scaling, 'placement', placement);
  // The regions of declared offerings stand in for the setting wherever only regions matter.
  const regions = placement.offerings?.map(({ location }) => location);
  if (regions) put(scaling, 'burst.locations', [...new Set(regions)]);
}

/** Without a scale set there is no base, and without a base no scale set, whatever the other setting says. */
function effectiveBase(scaling: Partly<Scaling>): Partly<Scaling> {
  const { scaleSet, mode, ...base } = scaling.base ?? {};
  if (scaleSet === undefined || mode === 'none') return { ...scaling, base: { ...base, mode: 'none' } };
  return scaling;
}
