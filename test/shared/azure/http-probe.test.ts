import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpProbes } from '../../../shared/azure/http-probe.ts';
import type { ProbeResult } from '../../../shared/ports/probes.ts';

let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = Number(request.url?.slice(1));
    if (request.url === '/stream') response.write('text');
    else if (status > 0) response.writeHead(status, { location: '/200' }).end('text');
    else request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => server.close());

it.each<[string, ProbeResult]>([
  ['/200', 'healthy'],
  ['/204', 'healthy'],
  ['/503', 'unhealthy'],
  ['/302', 'unhealthy'],
  ['/hang-up', 'unreachable'],
  ['/stream', 'healthy'],
])('a replica that answers %s is %s', async (path, result) => {
  const { port } = server.address() as AddressInfo;
  expect(await new HttpProbes().probe({ ip: '127.0.0.1', port, path, timeoutSeconds: 5 })).toBe(result);
});

/** Ports that fetch refuses, as browsers do: any that is free. */
const REFUSED = [10080, 6697, 6669, 6668, 6667, 6666, 6665, 6000, 5061, 5060, 4190];

it('a replica is asked at a port that browsers refuse', async () => {
  const { promise, resolve } = Promise.withResolvers<Server>();
  const other = createServer((_, response) => response.end('text'));
  other.on('error', () => other.listen(REFUSED.pop(), '127.0.0.1'));
  other.listen(REFUSED.pop(), '127.0.0.1', () => resolve(other));
  const { port } = (await promise).address() as AddressInfo;
  expect(await new HttpProbes().probe({ ip: '127.0.0.1', port, path: '/', timeoutSeconds: 5 })).toBe('healthy');
  other.close();
});
