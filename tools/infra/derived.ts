// The parts of infra/ that mirror tables of the code: names, role actions, parameters. `npm run docs` writes them.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERMISSIONS, type Permission } from '../../shared/azure/permissions.ts';
import { TABLES } from '../../shared/azure/tables/table.ts';
import type { Setting } from '../../shared/settings/setting.ts';
import { SETTINGS } from '../../shared/settings/table.ts';
import { PARAMETERS, type Parameter } from './parameters.ts';

const ROOT = join(import.meta.dirname, '../..');
const BEGIN = '// Settings of the first rank, generated from shared/settings by `npm run docs`.\n';
const END = '// End of the generated part.\n';

/** The settings that a deployment is tuned by: each is a parameter of infra/main.bicep of the same name. */
export const firstRank = (): Setting[] => SETTINGS.filter(({ rank, scope }) => rank === 'first' && scope !== 'foreign');

/** Parameters of the template that are app settings, though not of the first rank. */
export const settingParameters = (): Parameter[] =>
  PARAMETERS.filter(({ variable }) => SETTINGS.some(({ name }) => name === variable));

/** Settings of Spillway whose values no output shows. */
export const SECRETS = SETTINGS.filter(({ secret, scope }) => secret && scope !== 'foreign').map(({ name }) => name);

/** App settings of Spillway that infra/main.bicep sets by itself, those of parameters included. */
export function ofTemplate(): Set<string> {
  const text = readFileSync(join(ROOT, 'infra/main.bicep'), 'utf8');
  const written = [...text.matchAll(/^[ {]+(SPILLWAY_\w+): /gm)].map(([, name = '']) => name);
  return new Set([...written, ...SETTINGS.filter(({ binding }) => binding).map(({ name }) => name)]);
}

/** What infra/main.bicep puts out: azd keeps it in its environment. */
export function outputs(): string[] {
  const text = readFileSync(join(ROOT, 'infra/main.bicep'), 'utf8');
  return [...text.matchAll(/^output (\w+) /gm)].map(([, name = '']) => name);
}

/** Names of blob containers, which the adapters that use them keep to themselves. */
export function containers(): string[] {
  const pattern = /^(?:export )?const CONTAINER = '(spillway-[^']+)';$/m;
  const files = globSync('shared/azure/**/*.ts', { cwd: ROOT });
  const found = files.map((file) => pattern.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1]);
  return found.filter((name) => name !== undefined).toSorted();
}

/**
 * Paths of the HTTP functions that take keys, each with what is below it: App Service lets them through where it
 * authenticates the callers of metricAlert.
 */
export function keyPaths(): string[] {
  const texts = globSync('functions/*.ts', { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const routes = texts.flatMap((text) => /^  route: '([^'/]+)/m.exec(text)?.[1] ?? []);
  const keyed = routes.filter((route) => route !== 'metricAlert').toSorted();
  return keyed.flatMap((route) => [`/api/${route}`, `/api/${route}/*`]);
}

/** infra/names.json: what code and infrastructure must spell alike. */
export function names(): string {
  const bindings = SETTINGS.filter(({ binding }) => binding).map(({ name, default: value }) => [name, value]);
  const evaluations = SETTINGS.find(({ name }) => name === 'SPILLWAY_EVALUATIONS_QUEUE');
  return JSON.stringify({
    secrets: SECRETS,
    tables: Object.values(TABLES).toSorted(),
    containers: containers(),
    evaluationsQueue: evaluations?.default,
    bindings: Object.fromEntries(bindings),
    keyPaths: keyPaths(),
  });
}

/** infra/role-actions.json: the actions of each custom role. */
export function roleActions(): string {
  const roles: [string, readonly Permission[]][] = Object.entries(PERMISSIONS);
  return JSON.stringify(Object.fromEntries(roles.map(([role, list]) => [role, list.map(({ action }) => action)])));
}

/** infra/main.parameters.json: parameters from the variables of an azd environment. */
export function parametersFile(): string {
  const own = PARAMETERS.map(({ parameter, variable, usual }) => [parameter, variableText(variable, usual)] as const);
  const settings = firstRank().map(({ name, default: usual }) => [name, variableText(name, usual ?? '')] as const);
  return JSON.stringify({
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
    contentVersion: '1.0.0.0',
    parameters: Object.fromEntries([...own, ...settings].map(([name, value]) => [name, { value }])),
  });
}

const variableText = (variable: string, usual: string | undefined): string =>
  usual === undefined ? `\${${variable}}` : `\${${variable}=${usual}}`;

/** infra/main.bicep with the parameters of today's settings between its two marks. */
export function mainBicep(present: string): string {
  const [before, rest = ''] = present.split(BEGIN);
  const after = rest.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error('infra/main.bicep has lost the marks of its settings.');
  const parameters = firstRank().map(parameter).join('\n');
  const lines = firstRank().map(({ name }) => `  ${name}: ${name}\n`);
  return `${before}${BEGIN}${parameters}\nvar firstRank = {\n${lines.join('')}}\n${END}${after}`;
}

function parameter({ name, help, kind, unit, default: usual = '' }: Setting): string {
  const text = `Optional. ${help}${unit === undefined ? '' : ` In ${unit}.`}`.replaceAll("'", "\\'");
  const allowed = kind.choices ? `@allowed([${kind.choices.map((value) => `'${value}'`).join(', ')}])\n` : '';
  return `@description('${text}')\n${allowed}param ${name} string = '${usual}'\n`;
}
