import { expect, test } from 'vitest';
import type { Group } from '../../../shared/ports/container-groups.ts';
import { drill, type DrillOptions } from '../../../tools/drill/drill.ts';

const GROUP: Group = {
  name: 'sw-drill-1',
  location: 'westeurope',
  tags: { 'spillway-workload': 'drill' },
  provisioningState: 'Succeeded',
  state: 'Running',
  containers: [{ name: 'main', state: 'Running', restartCount: 0 }],
  cpu: 1,
  memoryInGB: 1,
};

/** A drill whose queue cannot be emptied the first `refusals` times. */
function refused(refusals: number, groups: Partial<DrillOptions['groups']> = {}) {
  let now = 0;
  let left = refusals;
  const deleted: string[] = [];
  const gone = (): boolean => deleted.length > 0;
  const running = drill({
    queue: {
      holdsMessages: async () => false,
      fill: async () => {},
      empty: () => (left-- > 0 ? Promise.reject(new Error('Service Bus does not answer')) : Promise.resolve(0)),
    },
    groups: {
      list: async () => (gone() ? [] : [GROUP]),
      get: async () => (gone() ? undefined : GROUP),
      stop: async () => ({ status: 'accepted' }),
      delete: async (name) => {
        deleted.push(name);
        return { status: 'accepted' };
      },
      ...groups,
    },
    now: () => now,
    pause: async () => void (now += 5000),
    signal: new AbortController().signal,
    say: () => {},
    messages: 1,
    patienceSeconds: 60,
  });
  const message = running.then(
    () => 'went well',
    (error: unknown) => String(error),
  );
  return { deleted, message };
}

test('a queue that cannot be emptied keeps no group from being removed, and is named last', async () => {
  const { deleted, message } = refused(Infinity);
  expect(await message).toMatch(/^Error: 1 groups were removed\. The queue .* expire: Service Bus does not answer$/);
  expect(deleted).toEqual(['sw-drill-1']);
});

test('a queue is tried again while groups go', async () => {
  const { deleted, message } = refused(2);
  expect(await message).toBe('Error: Service Bus does not answer; the queue is empty and 1 groups were removed.');
  expect(deleted).toEqual(['sw-drill-1']);
});

test('groups that stay are named before the queue is', async () => {
  const stays = { list: async () => [GROUP], get: async () => GROUP };
  expect(await refused(Infinity, stays).message).toMatch(/may still bill: sw-drill-1.*queue.*does not answer/);
});
