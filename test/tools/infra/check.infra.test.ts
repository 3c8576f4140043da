import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBicep } from '../../../tools/infra/bicep.ts';
import { checkInfra } from '../../../tools/infra/check.ts';

const bicep = await findBicep();

const MODULE = `targetScope = 'subscription'
param environmentName string
param location string
param principalId string
param exampleSshPublicKey string
output all string = join([environmentName, location, principalId, exampleSshPublicKey], '')
`;

/** The problems of a small main.bicep, under the rules of this project, that has more lines. */
async function problemsWith(more: string, combinations = {}): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-infra-'));
  try {
    await cp(join(import.meta.dirname, '../../../infra/bicepconfig.json'), join(folder, 'bicepconfig.json'));
    await writeFile(join(folder, 'main.bicep'), MODULE + more);
    return (await checkInfra(bicep, folder, combinations)).problems;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the check of infra/', () => {
  test('finds what only the linter minds', async () => {
    expect((await problemsWith("var unused = 'x'\n")).join('\n')).toContain('no-unused-vars');
  });

  test('finds a property that Azure does not know', async () => {
    const group = `
resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'extra'
  location: location
  colour: 'blue'
}
`;
    expect((await problemsWith(group)).join('\n')).toContain('BCP037');
  });

  test('finds a combination of parameters that does not fit', async () => {
    const problems = await problemsWith('', { typo: { vnetEnabledd: true }, fine: {} });
    expect(problems).toEqual([expect.stringMatching(/^typo: .*vnetEnabledd/s)]);
  });
});

test('without a compiler the search fails and says what was tried', async () => {
  const ways = { 'bicep on the PATH': () => Promise.reject(new Error('not found')) };
  await expect(findBicep(ways)).rejects.toThrow(/nothing of infra\/ is checked.*bicep on the PATH: not found/s);
});
