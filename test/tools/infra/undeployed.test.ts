import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outputs } from '../../../tools/infra/derived.ts';
import { PARAMETERS } from '../../../tools/infra/parameters.ts';
import { OF_HOOKS, undeployed } from '../../../tools/infra/undeployed.ts';

const told = (name: string, more = {}): string[] => undeployed({ [name]: 'x' }, more);

describe('a variable of azd that no deployment gets', () => {
  test('is told, with the name that was probably meant', () => {
    expect(told('SPILLWAY_BURST_MAX_GROUP')).toEqual([
      'SPILLWAY_BURST_MAX_GROUP is no variable of the deployment and no setting: nothing comes of it. Did you mean SPILLWAY_BURST_MAX_GROUPS?',
    ]);
    expect(told('SPILLWAY_ACCEPT_COSTS')).toEqual([expect.stringContaining('mean SPILLWAY_ACCEPT_COST?')]);
    expect(told('spillway_mode')).toEqual([expect.stringContaining('mean SPILLWAY_MODE?')]);
    expect(told('SPILLWAY_FOO_BAR_OF_OURS')).toEqual([expect.stringMatching(/nothing comes of it\.$/)]);
  });

  test.each(['SPILLWAY_FORECAST', 'SPILLWAY_MODE_FOR_ORDERS', 'SPILLWAY_REPLICA_KEY'])(
    'though it is the setting %s is told, unless the file for it has it',
    (name) => {
      expect(told(name)).toEqual([expect.stringContaining('write it into infra/more-settings.json')]);
      expect(told(name, { [name]: 'y' })).toEqual([]);
    },
  );

  test('is none of the parameters, of what a provision put out, and of what the hooks go by', () => {
    const known = [...PARAMETERS.map(({ variable }) => variable), ...outputs(), 'SPILLWAY_LOCATIONS', 'PATH'];
    expect(outputs()).toContain('SPILLWAY_APP_SETTINGS');
    expect(undeployed(Object.fromEntries(known.map((name) => [name, 'x'])), {})).toEqual([]);
    const texts = globSync('tools/{infra,drill}/**/*.ts').map((file) => readFileSync(file, 'utf8'));
    const read = texts.flatMap((text) => [...text.matchAll(/\benv\['(SPILLWAY_\w+)'\]/g)].map(([, name]) => name));
    expect(read.length).toBeGreaterThan(20);
    expect(undeployed(Object.fromEntries(read.map((name) => [name, 'x'])), {})).toEqual([]);
    expect(OF_HOOKS.filter((name) => !texts.some((text) => text.includes(`['${name}']`)))).toEqual([]);
  });
});
