// The roles of a deployment against the requests of a whole story: nothing is asked that no role allows.

import { expect, test } from 'vitest';
import { PERMISSIONS, type Permission } from '../../shared/azure/permissions.ts';
import { actionOf } from '../../tools/infra/actions.ts';
import { secretsIn } from '../../tools/infra/cross-checks.ts';
import { startStack } from '../../tools/local/stack.ts';
import { alertPayload } from '../support/alert-payload.ts';
import { ask } from '../support/operate.ts';

const declared: readonly Permission[] = Object.values(PERMISSIONS).flat();
const allowed = new Set(declared.map(({ action }) => action.toLowerCase()));

test('a request is known by its action', () => {
  const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroups';
  expect(actionOf('GET', group)).toBe('Microsoft.ContainerInstance/containerGroups/read');
  expect(actionOf('POST', `${group}/a/stop`)).toBe('Microsoft.ContainerInstance/containerGroups/stop/action');
  expect(actionOf('GET', '/subscriptions/s/providers/Microsoft.ContainerInstance/locations/l/usages')).toBe(
    'Microsoft.ContainerInstance/locations/usages/read',
  );
});

test('a story with alerts, groups and a managed scale set needs no right that no role gives, and logs no secret', async () => {
  const asked = new Set<string>();
  const log: string[] = [];
  const stack = await startStack({
    seed: 1,
    env: { SPILLWAY_BASE_MODE: 'manage' },
    onLog: ({ message }) => void log.push(message),
    onExchange: (exchange) => {
      const action = actionOf(exchange.method, new URL(exchange.url, 'https://azure').pathname);
      if (action !== undefined) asked.add(action);
    },
  });
  try {
    await stack.clock.advance(65_000);
    const now = stack.clock.now();
    await ask(stack, 'POST', 'metricAlert?workload=orders', alertPayload({ condition: 'Fired', firedAt: now }));
    await stack.clock.advance(240_000);
  } finally {
    await stack.close();
  }
  expect(asked).toContain('Microsoft.ContainerInstance/containerGroups/write');
  expect([...asked].filter((action) => !allowed.has(action.toLowerCase()))).toEqual([]);
  expect(log.length).toBeGreaterThan(10);
  expect(secretsIn(log.join('\n'))).toEqual([]);
});
