import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignalAnswer, Signals } from '../../shared/ports/signals.ts';
import type { MetricRef, SignalDeclaration } from '../../shared/workload/signals.ts';
import type { LogSource, MetricSource } from '../../tools/local/azure/metrics.ts';
import type { Queue } from '../../tools/local/servicebus/queue.ts';
import { subscription } from '../support/azure-samples.ts';

const MINUTE = 60_000;

export interface SignalsWorld {
  signals: Signals;
  namespace: string;
  /** Address of a storage queue that holds four messages. */
  storageQueue: string;
  /** Address of one that does not exist. */
  noStorageQueue: string;
  /** `orders`, and `news/subscriptions/audit`. */
  queue(name: string): Queue;
  now(): number;
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export const WEB = (name: string): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Web/sites/${name}`;

/** Queues that the world of the contract has. */
export const SIGNAL_QUEUES = [{ name: 'orders' }, { name: 'news/subscriptions/audit', maxDeliveryCount: 1 }];

/** Requests of `shop` and of `site-N` are 30 and those of `api` 12 in each minute, only the even minutes of `api` are known. */
export const signalMetrics: MetricSource = (id, name, aggregation, minute) => {
  if (name !== 'Requests' || aggregation !== 'total') return undefined;
  if (id === WEB('shop') || id.includes('/site-')) return 30;
  return id === WEB('api') && (minute / MINUTE) % 2 === 0 ? 12 : undefined;
};

export const signalLogs: LogSource = (_, query) => ({
  columns: [{ name: 'wanted', type: 'real' }],
  rows: query === 'none' ? [] : [[7]],
});

/** What every implementation of Signals keeps. */
export function signalsContract(name: string, make: () => Promise<SignalsWorld>): void {
  describe(`signals: ${name}`, () => {
    let world: SignalsWorld;
    beforeEach(async () => {
      world = await make();
      // Into the middle of a minute, so that it is known which of them are full.
      await world.advance(MINUTE - (world.now() % MINUTE) + MINUTE / 2);
    });
    afterEach(() => world.close());

    const one = async (source: Omit<SignalDeclaration, 'name'>): Promise<SignalAnswer | undefined> =>
      (await world.signals.read([{ name: 'x', ...source }]))[0];
    const requests = (changes: Partial<MetricRef> = {}): { metric: MetricRef } => {
      return {
        metric: { resources: [WEB('shop')], name: 'Requests', aggregation: 'total', across: 'sum', ...changes },
      };
    };

    it('nothing asked for is nothing answered', async () => {
      expect(await world.signals.read([])).toEqual([]);
    });

    it('a queue is its active messages, without those that are scheduled or dead', async () => {
      const orders = world.queue('orders');
      orders.send({ body: 1 }, { body: 2 }, { body: 3 });
      orders.schedule({ body: 4 }, world.now() + MINUTE);
      const answer = await one({ queue: { namespace: world.namespace, queue: 'orders' } });
      expect(answer).toMatchObject({ status: 'read', value: { value: 3 }, at: world.now() });
    });

    it('a subscription is its active messages, without dead letters', async () => {
      const audit = world.queue('news/subscriptions/audit');
      audit.send({ body: 1 }, { body: 2 });
      const delivery = audit.receive();
      if (delivery) audit.abandon(delivery);
      const source = { namespace: world.namespace, topic: 'news', subscription: 'audit' };
      expect(await one({ subscription: source })).toMatchObject({ status: 'read', value: { value: 1 } });
    });

    it('a storage queue is its messages', async () => {
      expect(await one({ storageQueue: { url: world.storageQueue } })).toMatchObject({
        status: 'read',
        value: { value: 4 },
      });
    });

    it('a log query is its number', async () => {
      const answer = await one({ log: { workspaceId: 'w', query: 'q' } });
      expect(answer).toEqual({ status: 'read', value: { value: 7 }, at: world.now() });
    });

    it('a metric is its newest minute, of several resources as asked, and as old as its oldest part', async () => {
      const both = { resources: [WEB('shop'), WEB('api')] };
      // Into a minute whose newest readable one is odd, so that that of `api` is older.
      if (Math.floor(world.now() / MINUTE) % 2 === 0) await world.advance(MINUTE);
      const answers = await world.signals.read([
        { name: 'a', ...requests() },
        { name: 'b', ...requests(both) },
        { name: 'c', ...requests({ ...both, across: 'average' }) },
        { name: 'd', ...requests({ ...both, across: 'maximum' }) },
      ]);
      expect(answers.map((answer) => answer.status === 'read' && answer.value.value)).toEqual([30, 42, 21, 30]);
      const [shop, sum] = answers.map((answer) => (answer.status === 'read' ? world.now() - answer.at : Number.NaN));
      // A minute is readable a minute after it ended, and we are half a minute into one.
      expect([shop, sum]).toEqual([MINUTE * 1.5, MINUTE * 2.5]);
    });

    it.each<[string, (world: SignalsWorld) => Omit<SignalDeclaration, 'name'>]>([
      ['queue that does not exist', ({ namespace }) => ({ queue: { namespace, queue: 'nowhere' } })],
      [
        'subscription that does not exist',
        ({ namespace }) => ({ subscription: { namespace, topic: 'news', subscription: 'nowhere' } }),
      ],
      ['storage queue that does not exist', ({ noStorageQueue: url }) => ({ storageQueue: { url } })],
      ['metric without a value', () => requests({ resources: [WEB('shop'), WEB('silent')] })],
      ['log query without a row', () => ({ log: { workspaceId: 'w', query: 'none' } })],
    ])('a %s is a failure and no zero, and the others are read', async (_, source) => {
      const [failed, read] = await world.signals.read([
        { name: 'failed', ...source(world) },
        { name: 'read', ...requests() },
      ]);
      expect(failed).toMatchObject({ status: 'failed', failure: { message: expect.stringMatching(/./) } });
      expect(read).toMatchObject({ status: 'read', value: { value: 30 } });
    });
  });
}
