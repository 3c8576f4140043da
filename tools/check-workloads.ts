// npm run check:workloads [-- FILE]: what is wrong with workload files and app settings, told before they are deployed.
//
// App settings are those of the file, such as local.settings.json, else what azd provision sets: infra/more-settings.json and the
// parameters that are settings. What the deployment finds out by itself has its sample value.

import { basename, join } from 'node:path';
import { parseSettings } from '../shared/settings/parse.ts';
import type { Env } from '../shared/settings/read.ts';
import { nameFor } from '../shared/settings/setting.ts';
import { SETTINGS } from '../shared/settings/table.ts';
import { readWorkloadFiles } from '../shared/start.ts';
import { readValue } from '../shared/workload/explain.ts';
import { region } from '../shared/workload/kinds.ts';
import type { SourceFile } from '../shared/workload/parse-file.ts';
import { formatProblems, type Problem } from '../shared/workload/problem.ts';
import { sampleSettings } from './docs/sample-settings.ts';
import { azdEnv } from './infra/azd-env.ts';
import { firstRank, settingParameters } from './infra/derived.ts';
import { settingsIn } from './infra/settings-file.ts';
import { complain, sentenceOf } from './local/demo/command-line.ts';

const ROOT = join(import.meta.dirname, '..');

interface Found {
  settings: Env;
  problems: Problem[];
}

async function deployedSettings(): Promise<Found> {
  const parameters = settingParameters();
  const azd = await azdEnv(process.env, 'AZURE_ENV_NAME').catch(() => process.env);
  const names = [...firstRank().map(({ name }) => name), ...parameters.map(({ variable }) => variable)];
  const chosen = azd['AZURE_LOCATION'];
  // Burst stands there where nothing else is said.
  const { value: location, problems = [] }: { value?: string; problems?: Problem[] } = chosen
    ? readValue('AZURE_LOCATION', region, chosen)
    : {};
  const settings = {
    ...Object.fromEntries(parameters.map(({ variable, usual }) => [variable, usual])),
    ...(location && { SPILLWAY_LOCATION: location }),
    ...Object.fromEntries(names.flatMap((name) => (azd[name] ? [[name, azd[name]]] : []))),
    ...(await settingsIn(join(ROOT, 'infra/more-settings.json'))),
  };
  return { settings, problems };
}

/** The deployment gives its example and the drill what no other workload has. */
const ownSettings = (files: readonly SourceFile[]): Env =>
  Object.fromEntries(
    ['example', 'drill'].flatMap((name) =>
      files.some(({ file }) => basename(file) === `${name}.yaml`)
        ? [
            [nameFor('SPILLWAY_QUEUE', name), `deployed/${name}`],
            [nameFor('SPILLWAY_SCALE_SET', name), ''],
          ]
        : [],
    ),
  );

async function main([file, ...more]: string[]): Promise<number> {
  if (more.length > 0 || file?.startsWith('-')) {
    complain(
      'Usage: npm run check:workloads [-- FILE], app settings such as local.settings.json. See docs/settings.md.',
    );
    return 2;
  }
  const { Values: sample } = JSON.parse(sampleSettings()) as { Values: Env };
  const ofDeployment = SETTINGS.filter(({ scope }) => scope === 'deployment').map(({ name }) => [name, sample[name]]);
  // The Functions tools write them below `Values`.
  const { settings, problems: found }: Found = await (file === undefined
    ? deployedSettings()
    : settingsIn(file, (content) => content['Values'] ?? content).then((settings) => ({ settings, problems: [] })));
  const env: Env = { ...Object.fromEntries(ofDeployment), ...settings };
  const files = await readWorkloadFiles(env);
  const { workloads, problems } = parseSettings({ ...(file === undefined && ownSettings(files)), ...env }, files);
  problems.unshift(...found);
  if (problems.length > 0) {
    complain(formatProblems(problems));
    return 1;
  }
  process.stdout.write(`Nothing is wrong with ${workloads.map(({ name }) => name).join(', ')}.\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  complain(sentenceOf(error));
  return 2;
});
