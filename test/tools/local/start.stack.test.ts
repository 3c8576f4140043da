import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { command } from './demo/command.ts';

test('npm start answers on its port, starts a spike when told to, and ends when told to', async () => {
  let health: unknown;
  const { code, output, errors } = await command('start.ts', ['--port', '0'], (line, answer) => {
    const url = /health +(http\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      void fetch(url)
        .then((response) => response.json())
        .then((body) => (health = body))
        .finally(() => answer('spike'));
    }
    if (line.includes('twentyfold now')) answer('quit');
  });
  expect(health).toMatchObject({ health: 'healthy' });
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toMatch(
    /curl -X POST "http:\/\/localhost:\d+\/api\/metricAlert\?workload=orders" --data "@.+alert\.json"/,
  );
  expect(output).toContain('Everything is stopped.');
});

test('a port that is taken is named, with what to do', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const { code, errors } = await command('start.ts', ['--port', String(port)]);
  server.close();
  expect(code).toBe(2);
  expect(errors).toContain(
    `Port ${port} is in use by another program. Choose another one: npm start -- --port ${port + 1}`,
  );
});
