import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COSTS_AS_OF, costOptions, idleCost, total } from '../tools/infra/cost.ts';
import { PARAMETERS } from '../tools/infra/parameters.ts';
import { PERMISSIONS } from '../shared/azure/permissions.ts';

const root = join(import.meta.dirname, '..');
const deploy = await readFile(join(root, 'docs/deploy.md'), 'utf8');
const security = await readFile(join(root, 'docs/security.md'), 'utf8');

describe('docs/deploy.md', () => {
  test('tells the idle cost that the hook tells, with its date', () => {
    const options = [{}, { SPILLWAY_ALWAYS_READY: '0', SPILLWAY_EXAMPLE: 'false' }, { AZD_VNET: 'true' }];
    for (const env of options) expect(deploy).toContain(`| ${total(idleCost(costOptions(env))).toFixed(2)} `);
    expect(deploy).toContain(COSTS_AS_OF);
  });

  test('has a row for each parameter, and each row its parameter', () => {
    const rows = [...deploy.matchAll(/^\| `(\w+)` +\| (?:none|`[^`]+`) +\|/gm)].map(([, name]) => name);
    const variables = PARAMETERS.filter(({ usual }) => usual !== undefined).map(({ variable }) => variable);
    expect(new Set(rows)).toEqual(new Set(variables));
  });

  test('names only npm scripts that exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...deploy.matchAll(/^npm run ([\w:]+)/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(1);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

test('docs/security.md says of each role what it is for', () => {
  const rows = [...security.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  expect(new Set(rows)).toEqual(new Set(Object.keys(PERMISSIONS)));
});
