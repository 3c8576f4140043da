import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseWorkloadFile } from '../../../shared/workload/parse-file.ts';
import { workloadFile } from '../../../tools/infra/workload-file.ts';

const root = join(import.meta.dirname, '../../..');
const worker = await readFile(join(root, 'infra/example/worker.js'), 'utf8');
const template = await readFile(join(root, 'infra/example/workload.yaml'), 'utf8');
const OUTPUTS = {
  SPILLWAY_EXAMPLE_REPLICAS_PER_INSTANCE: '3',
  SPILLWAY_WORKER_IDENTITY_ID:
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker',
  SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
  SPILLWAY_WORKER_CLIENT_ID: '00000000-0000-0000-0000-000000000001',
};
const written = (outputs: Record<string, string>) => workloadFile(template, worker, 'example', 'example', outputs);
const problems = (text: string) => parseWorkloadFile({ file: 'workloads/example.yaml', text }).problems;

test('the workload file of the example is complete, valid, and holds the worker as it is', () => {
  const text = written(OUTPUTS);
  expect(text).not.toMatch(/__[A-Z]/);
  expect(parse(text)).toMatchObject({ command: ['node', '-e', worker], replicasPerInstance: 3, drain: 'none' });
  expect(problems(text)).toEqual([]);
});

test('an output that is empty leaves its line out, and a variable that nobody set has its default', () => {
  const least = written({});
  expect(problems(least)).toEqual([]);
  expect(parse(least)).not.toHaveProperty('identity');
  expect(parse(least)).toMatchObject({
    image: 'mcr.microsoft.com/azurelinux/base/nodejs:20',
    replicasPerInstance: 2,
    environment: { QUEUE: 'example' },
  });
});

test('groups join the subnet where only the network reaches the queue, and none elsewhere', () => {
  const subnet = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/burst';
  const outputs = { ...OUTPUTS, AZURE_LOCATION: 'westeurope', SPILLWAY_BURST_SUBNET_ID: subnet };
  expect(parse(written(outputs))).not.toHaveProperty('placement');
  const text = written({ ...outputs, SPILLWAY_PRIVATE_ENDPOINTS: 'true' });
  expect(parse(text)).toMatchObject({ placement: { offerings: [{ location: 'westeurope', subnet }] } });
  expect(problems(text)).toEqual([]);
});

test('values are quoted, whatever is in them', () => {
  const odd = `no: "yes" # '$&`;
  expect(parse(written({ ...OUTPUTS, SPILLWAY_WORKER_CLIENT_ID: odd }))).toMatchObject({
    environment: { AZURE_CLIENT_ID: odd },
  });
});
