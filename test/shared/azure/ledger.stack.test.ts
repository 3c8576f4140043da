import type { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlobs } from '../../../shared/azure/connections.ts';
import { azureCredential } from '../../../shared/azure/credential.ts';
import { BlobLedger } from '../../../shared/azure/ledger.ts';
import type { Ledger } from '../../../shared/ports/stores.ts';
import type { LocalStorage } from '../../../tools/local/azurite.ts';
import { ledgerContract } from '../../contracts/ledger.ts';
import { startLocalStack, startStorage, type LocalStack } from '../../support/local-stack.ts';

let storage: LocalStorage;
let stack: LocalStack;
let container: ContainerClient;
let ledger: Ledger;

beforeAll(async () => {
  storage = await startStorage();
  stack = await startLocalStack({ storage, managedIdentity: true });
  container = openBlobs(storage.env, azureCredential(process.env)).getContainerClient('spillway-ledger');
  ({ ledger } = stack.connected.ports);
});
afterAll(async () => {
  await stack.close();
  await storage.close();
});

ledgerContract('append blobs', async () => {
  await container.deleteIfExists();
  return ledger;
});

const newest = async (): Promise<string> => {
  for await (const { name } of container.listBlobsFlat({ prefix: 'orders/' })) return name;
  throw new Error('There is no blob.');
};

describe('the ledger in append blobs', () => {
  const at = Date.UTC(2026, 10, 25, 12);
  const entry = { at, day: 20_782, dayUsd: 1, usdPerHour: 0.4 };

  it('survives a torn line at its end', async () => {
    await container.deleteIfExists();
    await ledger.append('orders', entry);
    await container.getAppendBlobClient(await newest()).appendBlock('{"at":17', 8);
    expect(await ledger.last('orders')).toEqual(entry);
  });

  it('looks behind a blob that was made and never written to', async () => {
    await container.deleteIfExists();
    await ledger.append('orders', entry);
    const later = (await newest()).replace(/\/\d+/, (text) => `/${String(Number(text.slice(1)) - 1).padStart(7, '0')}`);
    await container.getAppendBlobClient(later).create();
    expect(await newest()).toBe(later);
    expect(await ledger.last('orders')).toEqual(entry);
  });

  it('fails rather than tell an older, smaller spend when the newest lines are no entries', async () => {
    await container.deleteIfExists();
    await ledger.append('orders', entry);
    await ledger.append('orders', { ...entry, at: at + 3_600_000 });
    const blob = container.getAppendBlobClient(await newest());
    await blob.delete();
    await blob.create();
    await blob.appendBlock('not a ledger\n', 13);
    await expect(ledger.last('orders')).rejects.toMatchObject({ failure: { code: 'LedgerUnreadable' } });
  });

  it('fails when it cannot be reached', async () => {
    const nowhere = { AzureWebJobsStorage__blobServiceUri: 'https://localhost:1/devstoreaccount1' };
    const lost = new BlobLedger(openBlobs(nowhere, azureCredential(process.env)));
    await expect(lost.last('orders')).rejects.toMatchObject({ failure: { class: 'wait' } });
    await expect(lost.append('orders', entry)).rejects.toMatchObject({ failure: { class: 'wait' } });
  });
});
