import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { openBlobs, openTable } from '../../../shared/azure/connections.ts';
import { BlobLedger } from '../../../shared/azure/ledger.ts';
import { TableControls } from '../../../shared/azure/tables/controls.ts';
import { Table } from '../../../shared/azure/tables/table.ts';

it('a connection to storage that stays silent is given up within 25 seconds', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
    const env = {
      AzureWebJobsStorage: `AccountName=a;AccountKey=a2V5;BlobEndpoint=${at};TableEndpoint=${at};DefaultEndpointsProtocol=http`,
    };
    const credential = { getToken: async () => null };
    const answers = Promise.allSettled([
      new TableControls(new Table(openTable(env, credential, 'T'))).pause(),
      new BlobLedger(openBlobs(env, credential)).last('orders'),
    ]);
    for (let second = 0; second < 25; second++) {
      await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(await answers).toMatchObject([
      { status: 'rejected', reason: { failure: { code: 'Network' } } },
      { status: 'rejected', reason: { failure: { code: 'Network' } } },
    ]);
  } finally {
    vi.useRealTimers();
    server.close();
    server.closeAllConnections();
  }
});
