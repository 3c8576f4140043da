import { expect, it } from 'vitest';
import { probe } from '../../../shared/controller/wake.ts';
import { scenario } from '../../support/scenario.ts';

it('a subscription that fills wakes its workload once, and one that cannot be read wakes nobody', async () => {
  const subscription = { namespace: 'bus', topic: 'news', subscription: 'audit' };
  const { context } = scenario({
    scaling: { queue: undefined, signals: [{ name: 'audit', subscription }], rules: [] },
  });
  let value: number | undefined = 0;
  const signals: typeof context.ports.signals = {
    read: async (sources) =>
      sources.map(() =>
        value === undefined
          ? { status: 'failed', failure: { class: 'wait', code: 'ServiceBusy', message: 'no' } }
          : { status: 'read', value: { value }, at: context.ports.clock.now() },
      ),
  };
  const look = (next: number | undefined): Promise<string[]> => {
    value = next;
    return probe({ ...context, ports: { ...context.ports, signals } });
  };
  expect(await look(0)).toEqual(['orders']);
  expect(await look(40)).toEqual(['orders']);
  expect(await look(41)).toEqual([]);
  expect(await look(undefined)).toEqual([]);
  expect(await look(0)).toEqual(['orders']);
});
