// From app settings and workload files to what runs. Pure: all that is wrong is collected and returned, nothing throws.

import { parseWorkloadFile } from '../workload/parse-file.ts';
import type { SourceFile } from '../workload/parse-file.ts';
import type { BrokenWorkload } from '../workload/last-valid.ts';
import { readValue } from '../workload/explain.ts';
import type { Note } from '../workload/manifest/walk.ts';
import type { Problem } from '../workload/problem.ts';
import { revisionOf } from '../workload/revision.ts';
import { secretUses } from '../workload/secret-settings.ts';
import type { Scaling, Workload, WorkloadSpec } from '../workload/workload.ts';
import { draftOf, put } from './draft.ts';
import type { Draft } from './draft.ts';
import { given, readGeneral, unknownSettings } from './read.ts';
import type { Env, Reading } from './read.ts';
import { rulesBetween, workloadRules } from './rules.ts';
import type { DeploymentSettings, Setting } from './setting.ts';
import { SETTINGS } from './table.ts';

export interface ParsedSettings {
  /** Absent when a value it cannot do without is missing or wrong. */
  deployment?: DeploymentSettings;
  /** The workloads without any problem, in the order of the files. */
  workloads: Workload[];
  /** The others. */
  broken: BrokenWorkload[];
  /** Everything that is wrong, those of the broken workloads included, each once. */
  problems: Problem[];
  /** What manifests say and workloads leave out, and what may not be meant, by workload. */
  notes: Record<string, Note[]>;
}

/**
 * Reads all settings and workload files.
 *
 * A problem in one workload never touches the others; a wrong general value breaks only the workloads without an own
 * one. A wrong value of the deployment that has a default is reported and the default holds, so that a typo in a
 * schedule does not stop the sweeper.
 */
export function parseSettings(env: Env, workloadFiles: readonly SourceFile[]): ParsedSettings {
  const general = new Map(SETTINGS.map((setting) => [setting, readGeneral(env, setting)]));
  const deployment = parseDeployment(env, general);
  const drafts = workloadFiles
    .map((source) => parseWorkloadFile(source))
    .map((declared) => draftOf(declared, env, general, deployment.values.location));
  const between = rulesBetween(drafts);
  for (const draft of drafts) draft.problems.push(...workloadRules(draft, env), ...(between.get(draft) ?? []));

  const secrets = drafts.flatMap(({ fields }) => secretUses(fields).map(({ setting }) => setting));
  // What cannot be read may name them, too.
  const words = workloadFiles.flatMap(({ text }, index) => (drafts[index]?.unread.size ? text.split(/\W+/) : []));
  const used = new Set([...secrets, ...words]);
  const names = drafts.map(({ name }) => name);
  const problems = [
    ...deployment.problems,
    ...(workloadFiles.length === 0 ? [noWorkload(deployment.values.workloadsFolder)] : []),
    ...[...general].flatMap(([{ scope }, { problems = [] }]) => (scope === 'workload' ? problems : [])),
    ...drafts.flatMap((draft) => draft.problems),
    ...unknownSettings(env, names, used),
  ];
  const workloads = drafts.filter((draft) => draft.problems.length === 0).map(workloadOf);
  return {
    // The table types each path against DeploymentSettings; whatever has no default there is required or optional.
    ...(deployment.complete && { deployment: deployment.values as DeploymentSettings }),
    workloads,
    broken: brokenOf(drafts, new Set(workloads.map(({ name }) => name))),
    problems: eachOnce(problems),
    notes: Object.fromEntries(
      drafts.flatMap((draft) => {
        const notes = [...draft.notes, ...withoutDemand(draft)];
        return notes.length > 0 ? [[draft.name, notes]] : [];
      }),
    ),
  };
}

/** No mistake, because alerts and hints may be all there is; but then nothing else starts a replica. */
function withoutDemand({ scaling: { queue, logQuery, burst }, readings, sections: { signals } }: Draft): Note[] {
  const path = readings.get('queue')?.name ?? 'SPILLWAY_QUEUE';
  if ((burst?.minGroups ?? 0) > 0) return [];
  if (queue ?? logQuery ?? signals.found ?? readings.get('queue')?.problems ?? !signals.readable) return [];
  return [{ path, message: 'is empty, and there is no signal: only alerts and hints start replicas' }];
}

// A rule about two general values finds the same in every workload.
const eachOnce = (problems: Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

const noWorkload = (folder: string | undefined): Problem => ({
  path: 'SPILLWAY_WORKLOADS_FOLDER',
  value: folder,
  message: 'holds no workload file, so nothing is scaled',
  allowed: 'a folder with at least one file that ends in .yaml',
});

const CONNECTIONS = ['SPILLWAY_SERVICEBUS__fullyQualifiedNamespace', 'SPILLWAY_SERVICEBUS'] as const;

interface ParsedDeployment {
  values: Partial<DeploymentSettings>;
  /** Whether all is there that cannot be done without. */
  complete: boolean;
  problems: Problem[];
}

function parseDeployment(env: Env, general: ReadonlyMap<Setting, Reading>): ParsedDeployment {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  let complete = true;
  for (const [setting, reading] of general) {
    if (setting.scope !== 'deployment') continue;
    problems.push(...deploymentProblems(env, setting, reading));
    const value = reading.problems ? inPlaceOf(setting, reading) : reading.value;
    if (setting.required && value === undefined) complete = false;
    if (setting.path !== undefined && value !== undefined) put(values, setting.path, value);
  }
  if (CONNECTIONS.every((name) => given(env, name) === undefined)) {
    problems.push({ path: CONNECTIONS[0], value: undefined, message: 'is missing', allowed: CONNECTIONS.join(' or ') });
  }
  return { values, complete, problems };
}

/** What holds in place of a value that is wrong: the default, or of a list what is right in it. */
function inPlaceOf(setting: Setting, { found }: Reading): unknown {
  if (setting.default !== undefined) return readGeneral({}, setting).value;
  const { items } = setting.kind;
  if (!items || !Array.isArray(found)) return undefined;
  return [...new Set(found.flatMap((item) => readValue('', items, item).value ?? []))];
}

function deploymentProblems(env: Env, setting: Setting, { problems, value }: Reading): Problem[] {
  const { name, kind } = setting;
  if (problems) {
    const meanwhile = setting.default === undefined || setting.binding ? '' : `; until then ${setting.default} holds`;
    return problems.map((problem) => Object.assign(problem, { message: problem.message + meanwhile }));
  }
  if (setting.required && value === undefined) {
    return [{ path: name, value: undefined, message: 'is missing', allowed: kind.allowed }];
  }
  if (setting.binding && given(env, name) === undefined) {
    const message = 'is missing: a trigger reads it, and triggers know no defaults';
    return [{ path: name, value: undefined, message, allowed: `${kind.allowed}; usual is ${setting.default}` }];
  }
  return [];
}

/** Fields that are no part of what a replica runs: they say how it scales, or were translated. */
export const OF_SCALING: ReadonlySet<string> = new Set([
  'name',
  'replicasPerInstance',
  'drain',
  'placement',
  'manifest',
  'signals',
  'rules',
  'combine',
]);

function workloadOf({ name, fields, scaling }: Draft): Workload {
  const spec = Object.fromEntries(Object.entries(fields).filter(([field]) => !OF_SCALING.has(field)));
  // A draft without problems has every field: those without a default are required or optional in the types.
  const whole = spec as unknown as WorkloadSpec;
  return { name, spec: whole, scaling: scaling as Scaling, revision: revisionOf(whole) };
}

// One entry for each name, because two files may claim the same. A file that cannot be read is named after itself, and
// a valid workload of that name must not be taken for broken.
function brokenOf(drafts: readonly Draft[], valid: ReadonlySet<string>): BrokenWorkload[] {
  const broken = Map.groupBy(
    drafts.filter(({ problems, name }) => problems.length > 0 && !valid.has(name)),
    ({ name }) => name,
  );
  return [...broken].map(([name, group]) => ({
    name,
    problems: eachOnce(group.flatMap(({ problems }) => problems)),
    mode: group[0]?.scaling.mode,
  }));
}
