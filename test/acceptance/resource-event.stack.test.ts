// A container group that somebody deletes is replaced at once when Event Grid tells of it, long before the next heartbeat.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStack, type Stack } from '../../tools/local/stack.ts';
import { WORLD } from '../../tools/local/world.ts';
import { passUntil } from '../support/operate.ts';

interface Line {
  event?: string;
  trigger?: string;
  actions?: string[];
}

let stack: Stack;
const decisions: Line[] = [];
beforeAll(async () => {
  stack = await startStack({
    seed: 1,
    env: { SPILLWAY_BASE_MODE: 'observe' },
    onLog: ({ message }) => {
      if (message.startsWith('{') && message.includes('"decision"')) decisions.push(JSON.parse(message) as Line);
    },
  });
});
afterAll(() => stack.close());

const groups = () => stack.azure.model.groups.all();
const tell = (subject: string): void =>
  stack.serviceBus.queue(WORLD.resourceEvents).send({
    body: {
      specversion: '1.0',
      type: 'Microsoft.Resources.ResourceDeleteSuccess',
      source: `/subscriptions/${WORLD.subscription}/resourceGroups/${WORLD.resourceGroup}`,
      id: 'event-1',
      subject,
      data: { operationName: 'Microsoft.ContainerInstance/containerGroups/delete' },
    },
  });

test('an event of a group asks for an evaluation of its workload, and one of anything else for none', async () => {
  stack.serviceBus.queue(WORLD.queue).send(...Array.from({ length: 400 }, () => ({ body: Buffer.from('{}') })));
  await passUntil(stack, 'groups are started', 120, () => groups().length > 0);
  await stack.clock.advance(150_000);
  const group = groups()[0]?.id;
  const scope = `/subscriptions/${WORLD.subscription}/resourceGroups/${WORLD.resourceGroup}/providers`;
  decisions.length = 0;
  tell(`${scope}/Microsoft.Storage/storageAccounts/unrelated`);
  tell(`${scope}/Microsoft.ContainerInstance/containerGroups/${group?.name}`);
  await stack.clock.advance(5_000);
  expect(decisions.filter(({ trigger }) => trigger === 'resource-event')).toHaveLength(1);
});
