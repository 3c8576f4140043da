import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpProbes } from '../../../shared/azure/http-probe.ts';
import type { ProbeResult } from '../../../shared/ports/probes.ts';

let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = Number(request.url?.slice(1));
    if (status > 0) response.writeHead(status, { location: '/200' }).end('text');
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
])('a replica that answers %s is %s', async (path, result) => {
  const { port } = server.address() as AddressInfo;
  expect(await new HttpProbes().probe({ ip: '127.0.0.1', port, path, timeoutSeconds: 5 })).toBe(result);
});
