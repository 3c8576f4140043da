// Which configuration does each workload run with, given what was parsed now and what was valid before? A typo must not
// stop a workload: a broken one runs on with its last valid configuration, and only one that never had any stays out.

import type { Problem } from './problem.ts';
import { canonicalJson, hashOf } from './revision.ts';
import { readStored } from './stored.ts';
import type { Mode, Workload } from './workload.ts';

/** A workload that was declared and cannot be taken as it is. */
export interface BrokenWorkload {
  name: string;
  problems: Problem[];
  /** Its mode as set now, if that can be read. */
  mode?: Mode | undefined;
}

/** A configuration as the store keeps it. */
export interface StoredConfiguration {
  json: string;
  hash: string;
  /** When it was first found valid, epoch milliseconds. */
  at: number;
}

export interface DegradedWorkload {
  workload: string;
  problems: Problem[];
  /** Since when the configuration it runs on was valid, epoch milliseconds; undefined: it does not run. */
  runsConfigurationFrom: number | undefined;
}

export interface ChosenConfigurations {
  run: Workload[];
  degraded: DegradedWorkload[];
  /** Valid configurations that the store does not have yet. */
  keep: { workload: string; json: string; hash: string }[];
}

/**
 * Chooses for each declared workload. `stored` holds the last valid configurations by name; those of workloads that are
 * no longer declared are ignored, which is how a workload is removed.
 */
export function chooseConfigurations(
  parsed: { workloads: readonly Workload[]; broken: readonly BrokenWorkload[] },
  stored: ReadonlyMap<string, StoredConfiguration>,
): ChosenConfigurations {
  const run = [...parsed.workloads];
  const degraded: DegradedWorkload[] = [];
  for (const { name, problems, mode } of parsed.broken) {
    const entry = stored.get(name);
    const last = entry && readStored(entry.json);
    if (last?.name === name) run.push(withMode(last, mode));
    degraded.push({ workload: name, problems, runsConfigurationFrom: last?.name === name ? entry?.at : undefined });
  }
  const keep = parsed.workloads
    .map((workload) => entryOf(workload))
    .filter(({ workload, hash }) => stored.get(workload)?.hash !== hash);
  return { run, degraded, keep };
}

function entryOf(workload: Workload): ChosenConfigurations['keep'][number] {
  const json = canonicalJson(workload);
  return { workload: workload.name, json, hash: hashOf(json, 16) };
}

const CAUTION: readonly Mode[] = ['off', 'dry-run', 'enforce'];

// The emergency brake works on a broken workload, too: the more careful of both modes holds.
function withMode(last: Workload, mode: Mode | undefined): Workload {
  if (mode === undefined || CAUTION.indexOf(mode) >= CAUTION.indexOf(last.scaling.mode)) return last;
  return { ...last, scaling: { ...last.scaling, mode } };
}
