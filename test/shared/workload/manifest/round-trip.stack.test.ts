import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importedFile } from '../../../../shared/workload/manifest/file.ts';
import { parseWorkloadFile } from '../../../../shared/workload/parse-file.ts';
import { secretUses } from '../../../../shared/workload/secret-settings.ts';
import { wanted } from '../../../contracts/container-groups.ts';
import { OWNER, startLocalStack, type LocalStack } from '../../../support/local-stack.ts';
import { expected, specOfGroup } from '../../../support/spec-of-group.ts';
import { ENV, parse } from '../../settings/settings-of.ts';

const folder = join(import.meta.dirname, 'manifests');
const texts = new Map<string, string>();
for (const name of await readdir(folder)) {
  if (name.endsWith('.yaml')) texts.set(name.slice(0, -5), await readFile(join(folder, name), 'utf8'));
}
const accepted = [...texts].filter(([, text]) => importedFile(text).problems.length === 0).map(([name]) => name);

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.closeChecked());

test('seven of the twelve manifests are workloads', () => {
  expect(accepted).toEqual([
    'batch-render',
    'blog',
    'build-agent',
    'cache',
    'mail-relay',
    'queue-worker',
    'web-server',
  ]);
});

test.each(accepted)('%s: what Azure shows of its container group is what the manifest declares', async (name) => {
  const { text } = importedFile(texts.get(name) ?? '');
  const { fields } = parseWorkloadFile({ file: 'workloads/a.yaml', text });
  const secrets = Object.fromEntries(
    secretUses(fields as Parameters<typeof secretUses>[0]).map(({ setting }) => [setting, `hidden-${setting}`]),
  );
  const { workloads, problems } = parse({ ...ENV, ...secrets }, [{ file: 'workloads/a.yaml', text }]);
  expect(problems).toEqual([]);
  const spec = workloads[0]?.spec;
  if (!spec) throw new Error('no workload');
  const { containerGroups } = stack.connected.ports;
  expect(await containerGroups.create({ ...wanted(name, OWNER), spec, secrets })).toMatchObject({ status: 'accepted' });
  await stack.clock.advance(130_000);
  const group = await stack.arm.containerGroups.get('rg', name);
  expect(group.instanceView?.state).toBe('Running');
  // The account of a share is no secret to Azure, although its name comes from an app setting.
  const named = JSON.parse(
    JSON.stringify(spec, (key, value: { accountSetting?: string }) =>
      key === 'azureFile' ? { ...value, account: secrets[value.accountSetting ?? ''] } : value,
    ),
  ) as typeof spec;
  expect(specOfGroup(group)).toEqual(expected(named));
});
