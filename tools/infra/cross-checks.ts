// Code and infrastructure name the same things. Each check takes both sides and answers what only one of them has.

import { SETTINGS } from '../../shared/settings/table.ts';
import type { Resource } from './compiler.ts';

/** What is in one of two sets only, as sentences. */
export function differences(what: string, code: Iterable<string>, infra: Iterable<string>): string[] {
  const [left, right] = [new Set(code), new Set(infra)];
  return [
    ...[...left].filter((name) => !right.has(name)).map((name) => `${what} ${name} is in the code and not in infra/.`),
    ...[...right].filter((name) => !left.has(name)).map((name) => `${what} ${name} is in infra/ and not in the code.`),
  ];
}

/** App settings of a deployment that no setting of the table is, and settings that a deployment must set and does not. */
export function settingProblems(deployed: string[], table = SETTINGS): string[] {
  const known = new Set(table.map(({ name }) => name));
  const own = (name: string): string => name.replace(/_FOR_[A-Z0-9_]+$/, '');
  const needed = table
    .filter(({ rank, required, binding, scope }) => scope !== 'foreign' && (rank === 'first' || required || binding))
    .map(({ name }) => name);
  return [
    ...deployed.filter((name) => !known.has(own(name))).map((name) => `App setting ${name} is unknown to the code.`),
    ...needed.filter((name) => !deployed.includes(name)).map((name) => `App setting ${name} is not deployed.`),
  ];
}

/** Names after the last slash of the resources of a type. */
export const namesOf = (resources: Resource[], type: string): string[] =>
  resources.filter((each) => each.type === type).map(({ name }) => name.split('/').at(-1) ?? '');

/** Variables of azd that a text reads, and that neither the deployment puts out nor anybody sets. */
export function strayVariables(text: string, outputs: Iterable<string>, variables: Iterable<string>): string[] {
  const known = new Set([...[...outputs].map((name) => name.toUpperCase()), ...variables]);
  const named = [...text.matchAll(/\b((?:AZURE|SPILLWAY|SERVICE)_[A-Z_]+)\b/g)].map(([, name = '']) => name);
  return [...new Set(named)].filter((name) => !known.has(name));
}

/** How many resources of each top-level type there are. */
export function countByType(resources: Resource[]): Record<string, number> {
  const top = resources.filter(({ type }) => type.split('/').length === 2);
  const counts = [...Map.groupBy(top, ({ type }) => type)].map(([type, list]) => [type, list.length] as const);
  return Object.fromEntries(counts);
}

/** Key words that give a secret away in a template or a log. */
const SECRETS = [
  /SharedAccessKey=[^;"\s]{8,}/i,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
  /AccountKey=[^;"\s]{8,}/i,
  /[?&](code|sig)=[A-Za-z0-9%_-]{16,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /"(password|adminPassword|clientSecret)":\s*"[^"[]/i,
  /listKeys\(/i,
  /listAccountSas\(/i,
];

/** Places of a text that look like a secret. */
export const secretsIn = (text: string): string[] => SECRETS.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
