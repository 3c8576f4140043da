import { expect, it } from 'vitest';
import { heartbeat, probe } from '../../../shared/controller/wake.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { scenario } from '../../support/scenario.ts';
import { workloadOf } from '../../support/workload-of.ts';

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

it('a namespace that cannot be read keeps no queue of another from waking its workload', async () => {
  const { context } = scenario();
  const at = context.ports.clock.now();
  const queueDepths: typeof context.ports.queueDepths = {
    read: async (namespace, queues) => {
      const failure = { class: 'wait', code: 'Network', message: 'no way there' } as const;
      if (namespace === 'lost') throw new AzureFailure('Reading', failure, undefined);
      const value = { active: 9, deadLetter: 0, scheduled: 0 };
      return new Map(queues.map((queue) => [queue, { value, at }]));
    },
  };
  const named = (name: string, namespace: string) => ({ ...workloadOf({ queue: { namespace, queue: name } }), name });
  const workloads = [named('orders', 'bus'), named('mails', 'lost'), named('bills', 'bus')];
  expect(await probe({ ...context, workloads, ports: { ...context.ports, queueDepths } })).toEqual(['orders', 'bills']);
});

it('the heartbeat leaves alone what was looked at just now, and asks for all when it cannot know', async () => {
  const { context } = scenario();
  const { controls } = context.ports;
  const asked: string[] = [];
  const evaluations = { ...context.ports.evaluations, request: async (name: string) => void asked.push(name) };
  const beat = async (ageMs: number, leases = controls.leases.bind(controls)): Promise<number> => {
    await controls.renewLease('orders', context.ports.clock.now() - ageMs);
    asked.length = 0;
    await heartbeat({
      ...context,
      ports: {
        ...context.ports,
        evaluations,
        controls: Object.assign(Object.create(controls) as typeof controls, { leases }),
      },
    });
    return asked.length;
  };
  expect(await beat(10_000)).toBe(0);
  expect(await beat(15_000)).toBe(1);
  // The clock that wrote it was ahead.
  expect(await beat(-60_000)).toBe(1);
  expect(await beat(0, () => Promise.reject(new Error('the tables cannot be reached')))).toBe(1);
});

it('the heartbeat asks for evaluations even where it cannot keep who is listed', async () => {
  const { context } = scenario({ scaling: { discovery: { registry: 'on', port: 8080, ttlSeconds: 10 } } });
  const { ports } = context;
  const asked: string[] = [];
  const controls = Object.assign(Object.create(ports.controls) as typeof ports.controls, {
    setMark: (name: string) => (name === 'listings' ? Promise.reject(new Error('too large')) : Promise.resolve()),
  });
  const evaluations = { ...ports.evaluations, request: async (name: string) => void asked.push(name) };
  await expect(heartbeat({ ...context, ports: { ...ports, controls, evaluations } })).rejects.toThrow('too large');
  expect(asked).toEqual(['orders']);
});

it('the heartbeat does not say that nothing is declared, which is rather a mistake than a wish to lose all', async () => {
  const { context } = scenario();
  await heartbeat({ ...context, declared: [] });
  expect(await context.ports.controls.mark('declared')).toBeUndefined();
  await heartbeat(context);
  expect((await context.ports.controls.mark('declared'))?.value).toEqual(['orders']);
});

it('what is only shown is not looked at as if it moved', async () => {
  const story = scenario({ load: 20, scaling: { mode: 'dry-run' } });
  await story.run(60);
  const looks = story.decisions.filter(({ trigger }) => trigger === 'follow-up').map(({ at }) => at);
  const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? NaN));
  expect(story.last()?.reasons.some(({ code }) => code === 'dry-run')).toBe(true);
  expect(Math.min(...gaps)).toBe(10_000);
});
