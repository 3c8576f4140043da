import type { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBlobs } from '../../../shared/azure/connections.ts';
import { azureCredential } from '../../../shared/azure/credential.ts';
import type { Rollouts } from '../../../shared/ports/rollouts.ts';
import { firstRecord } from '../../../shared/rollout/record.ts';
import type { LocalStorage } from '../../../tools/local/azurite.ts';
import { rolloutsContract } from '../../contracts/rollouts.ts';
import { startLocalStack, startStorage, type LocalStack } from '../../support/local-stack.ts';
import { workloadOf } from '../../support/workload-of.ts';

let storage: LocalStorage;
let stack: LocalStack;
let container: ContainerClient;
let rollouts: Rollouts;

beforeAll(async () => {
  storage = await startStorage();
  stack = await startLocalStack({ storage, managedIdentity: true });
  container = openBlobs(storage.env, azureCredential(process.env)).getContainerClient('spillway-rollouts');
  ({ rollouts } = stack.connected.ports);
});
afterAll(async () => {
  await stack.close();
  await storage.close();
});

rolloutsContract('blobs', async () => {
  await container.deleteIfExists();
  return rollouts;
});

describe('the record in a blob', () => {
  beforeEach(() => container.deleteIfExists());

  it('that is none is a failure that says what to do, because a guess could start a bad revision', async () => {
    await container.createIfNotExists();
    await container.getBlockBlobClient('orders.json').upload('{"version":2}', 13);
    await expect(rollouts.read('orders')).rejects.toThrow(
      'RolloutUnreadable: spillway-rollouts/orders.json is not a record of revisions; delete it to begin a new one.',
    );
  });

  it('that was deleted meanwhile is not written under its old version', async () => {
    const record = firstRecord(workloadOf());
    await rollouts.write('orders', record, undefined);
    const found = await rollouts.read('orders');
    await container.getBlockBlobClient('orders.json').delete();
    expect(await rollouts.write('orders', record, found?.etag)).toBe(false);
  });
});
