// The composition root: reads the settings and the workload files, connects to Azure and makes the context that every
// function works with. Wrong settings never throw here; they are part of the report.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAzure } from './azure/azure.ts';
import type { Context } from './controller/context.ts';
import { AzureFailure } from './ports/errors.ts';
import type { Ports } from './ports/ports.ts';
import { describeSettings, type SettingView } from './settings/describe.ts';
import { parseSettings, type ParsedSettings } from './settings/parse.ts';
import { given, type Env } from './settings/read.ts';
import type { DeploymentSettings } from './settings/setting.ts';
import { chooseConfigurations, type DegradedWorkload, type StoredConfiguration } from './workload/last-valid.ts';
import type { Note } from './workload/manifest/walk.ts';
import type { Problem } from './workload/problem.ts';
import type { SourceFile } from './workload/parse-file.ts';
import { secretUses } from './workload/secret-settings.ts';
import type { Workload, WorkloadSpec } from './workload/workload.ts';

export interface Report {
  health: 'healthy' | 'degraded' | 'unhealthy';
  problems: Problem[];
  /** Workloads that cannot be taken as declared, and since when the configuration they run on was valid. */
  degraded: DegradedWorkload[];
  /** What manifests say and workloads leave out, and what may not be meant, by workload. */
  notes?: Record<string, Note[]>;
}

export interface Runtime {
  report: Report;
  settings: SettingView[];
  /** Undefined while the deployment's own settings are not valid: then nothing can be done. */
  context: Omit<Context, 'log'> | undefined;
}

const clock = { now: () => Date.now() };

export async function start(env: Env): Promise<Runtime> {
  const files = await readWorkloadFiles(env);
  const parsed = parseSettings(env, files);
  const names = [...parsed.workloads, ...parsed.broken].map(({ name }) => name);
  const settings = describeSettings(env, names);
  if (!parsed.deployment) {
    const report: Report = { health: 'unhealthy', problems: parsed.problems, degraded: [] };
    return { report, settings, context: undefined };
  }
  const { replicaKey, replicaUrl, ...deployment } = parsed.deployment;
  let ports: Ports;
  try {
    ports = connectPorts(env, deployment);
  } catch (error) {
    const message = `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    const problem = { path: 'connections', value: undefined, message, allowed: 'the connections of docs/settings.md' };
    return {
      report: { health: 'unhealthy', problems: [...parsed.problems, problem], degraded: [] },
      settings,
      context: undefined,
    };
  }
  const { run, degraded } = await chooseWorkloads(ports, parsed, names);
  const health = parsed.problems.length > 0 ? 'degraded' : 'healthy';
  return {
    report: { health, problems: parsed.problems, degraded, notes: parsed.notes },
    settings,
    context: {
      ports,
      deployment,
      workloads: run,
      declared: names,
      secrets: (spec) => secretsOf(spec, env),
      replicas: { url: replicaUrl, key: replicaKey, easyAuth: authenticatesPolls(env) },
    },
  };
}

/**
 * App Service says by the first variable that it authenticates requests. Where it does so for metricAlert, polls are among the
 * paths that are left out (infra/), and nobody says that it takes a forged header off these.
 */
const authenticatesPolls = (env: Env): boolean =>
  env['WEBSITE_AUTH_ENABLED'] === 'True' && env['SPILLWAY_ALERT_AUTHENTICATION'] !== 'entra';

function connectPorts(env: Env, deployment: DeploymentSettings): Ports {
  return connectAzure({
    ...deployment,
    clock,
    env,
    location: deployment.location ?? '',
    serviceBusConnection: 'SPILLWAY_SERVICEBUS',
  }).ports;
}

/** The workload files, each with the manifests that stand in the folder below. */
export async function readWorkloadFiles(env: Env): Promise<SourceFile[]> {
  const root = env['AzureWebJobsScriptRoot'] ?? process.cwd();
  const folder = given(env, 'SPILLWAY_WORKLOADS_FOLDER') ?? 'workloads';
  const manifests = Object.fromEntries(
    (await readYaml(root, `${folder}/manifests`)).map(({ file, text }) => [file.slice(folder.length + 1), text]),
  );
  return (await readYaml(root, folder)).map(({ file, text }) => ({ file, text, manifests }));
}

async function readYaml(root: string, folder: string): Promise<{ file: string; text: string }[]> {
  // A folder that cannot be read counts as empty, which is reported; the sweeper must run all the same. With nothing
  // declared the heartbeat says nothing of what is declared, so no group becomes an orphan by it.
  const names = await readdir(join(root, folder)).catch(() => []);
  const wanted = names.filter((name) => /\.ya?ml$/.test(name)).toSorted();
  return Promise.all(
    wanted.map(async (name) => ({
      file: `${folder}/${name}`,
      text: await readFile(join(root, folder, name), 'utf8'),
    })),
  );
}

/**
 * A store that cannot be reached costs the valid workloads nothing. With broken ones it fails the start, so that it is
 * tried again: they would stand still for the life of this process.
 */
async function chooseWorkloads(
  ports: Ports,
  parsed: ParsedSettings,
  names: string[],
): Promise<{ run: Workload[]; degraded: DegradedWorkload[] }> {
  const stored = new Map<string, StoredConfiguration>();
  try {
    for (const name of new Set(names)) {
      const last = await ports.configs.lastValid(name);
      if (last) stored.set(name, last);
    }
    const { run, degraded, keep } = chooseConfigurations(parsed, stored);
    for (const { workload, json, hash } of keep) await ports.configs.keep(workload, json, hash, clock.now());
    return { run, degraded };
  } catch (error) {
    if (!(error instanceof AzureFailure) || parsed.broken.length > 0) throw error;
    return { run: parsed.workloads, degraded: [] };
  }
}

/** A setting that is missing stays out: the adapter refuses to create a group without it. */
function secretsOf(spec: WorkloadSpec, env: Env): Record<string, string> {
  const entries = secretUses(spec).flatMap(({ setting }) => {
    const value = env[setting];
    return value === undefined ? [] : [[setting, value] as const];
  });
  return Object.fromEntries(entries);
}
