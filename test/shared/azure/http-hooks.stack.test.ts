import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpHooks } from '../../../shared/azure/http-hooks.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server?.listening) await once(server.close(), 'close');
});

async function calling(status: number, token?: string) {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(status, { location: '/elsewhere' }).end('text');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await new HttpHooks().drain({ ip: '127.0.0.1', port, path: '/drain', token });
  return { answer, requests };
}

describe('a drain hook', () => {
  it.each([
    [200, 'idle'],
    [204, 'idle'],
    [202, 'busy'],
    [302, 'unheard'],
    [404, 'unheard'],
    [500, 'unheard'],
  ])('that answers %i means %s', async (status, meaning) => {
    expect((await calling(status)).answer).toBe(meaning);
  });

  it('is one POST with the token of the replica, where it has one', async () => {
    const { requests } = await calling(200, 'abc');
    expect(requests.map(({ method, url, headers }) => [method, url, headers['x-spillway-token']])).toEqual([
      ['POST', '/drain', 'abc'],
    ]);
  });

  it('that nobody hears is said, not thrown', async () => {
    const { port } = await closedPort();
    expect(await new HttpHooks().drain({ ip: '127.0.0.1', port, path: '/drain', token: undefined })).toBe('unheard');
  });
});

async function closedPort(): Promise<AddressInfo> {
  const gone = createServer();
  await once(gone.listen(0, '127.0.0.1'), 'listening');
  const address = gone.address() as AddressInfo;
  await once(gone.close(), 'close');
  return address;
}
