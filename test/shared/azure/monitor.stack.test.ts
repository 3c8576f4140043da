import { afterEach, describe, expect, it } from 'vitest';
import type { LogSource, MetricSource } from '../../../tools/local/azure/metrics.ts';
import { SERVICE_BUS_ID, startLocalStack, type LocalStack } from '../../support/local-stack.ts';

let stack: LocalStack;
afterEach(() => stack.closeChecked());

const MINUTE = 60_000;

const start = async (metrics: MetricSource): Promise<LocalStack> => (stack = await startLocalStack({ metrics }));

const source: MetricSource = (resource, name, aggregation, minute, dimension) => {
  if (resource !== SERVICE_BUS_ID || dimension?.value !== 'orders') return undefined;
  if (name === 'IncomingMessages' && aggregation === 'total') return (minute / MINUTE) % 100;
  return name === 'ActiveMessages' && aggregation === 'average' ? 7 : undefined;
};

describe('queue metrics', () => {
  const orders = { namespace: 'localhost:5671', queue: 'orders' };

  it('the full minutes since a time come oldest first; the newest comes late', async () => {
    const { connected, clock } = await start(source);
    const now = Math.ceil(clock.now() / MINUTE) * MINUTE + 30_000;
    await clock.advanceTo(now);
    const minutes = await connected.ports.queueMetrics.minutes(orders, now - 4 * MINUTE);
    const last = now - 30_000 - 2 * MINUTE;
    expect(minutes).toEqual(
      [last - 2 * MINUTE, last - MINUTE, last].map((minute) => ({
        minute,
        incoming: (minute / MINUTE) % 100,
        active: 7,
      })),
    );
  });

  it('a minute without a total is unknown and left out, a total of zero is a zero', async () => {
    const { connected, clock } = await start((_, name, aggregation, minute) => {
      const known = name === 'IncomingMessages' && aggregation === 'total' && (minute / MINUTE) % 2 === 0;
      return known ? 0 : undefined;
    });
    const minutes = await connected.ports.queueMetrics.minutes(orders, clock.now() - 10 * MINUTE);
    expect(minutes.length).toBeGreaterThanOrEqual(4);
    for (const { minute, incoming, active } of minutes) {
      expect([(minute / MINUTE) % 2, incoming, active]).toEqual([0, 0, undefined]);
    }
  });

  it('a queue of another namespace is not asked for under the name of this one', async () => {
    const { connected, clock, exchanges } = await start(source);
    const other = { namespace: 'contoso.servicebus.windows.net', queue: 'orders' };
    expect(await connected.ports.queueMetrics.minutes(other, clock.now() - 5 * MINUTE)).toEqual([]);
    expect(exchanges).toEqual([]);
  });

  it('no minute has ended since: nothing is asked', async () => {
    const { connected, clock, exchanges } = await start(source);
    expect(await connected.ports.queueMetrics.minutes(orders, clock.now())).toEqual([]);
    expect(exchanges).toEqual([]);
  });
});

const ask = async (logs: LogSource): Promise<number | undefined> => {
  stack = await startLocalStack({ logs });
  return stack.connected.ports.logQueries.number('workspace', 'Orders | count');
};
const table = (type: string, ...cells: unknown[]): LogSource => {
  return () => ({ columns: [{ name: 'wanted', type }], rows: cells.map((cell) => [cell]) });
};

describe('log queries', () => {
  it('the first cell of the first row is the number', async () => {
    expect(await ask(table('long', 12, 99))).toBe(12);
  });

  it.each([
    ['an empty table', table('long')],
    ['an empty cell', table('real', null)],
  ])('%s tells no number', async (_, source) => {
    expect(await ask(source)).toBeUndefined();
  });

  it('a number as text is a number', async () => {
    expect(await ask(table('decimal', '2.5'))).toBe(2.5);
  });

  it.each([
    ['a word', 'string', 'many'],
    ['an empty text', 'string', ''],
    ['yes or no', 'bool', true],
  ])('%s is refused rather than read as zero', async (_, type, cell) => {
    await expect(ask(table(type, cell))).rejects.toMatchObject({ failure: { class: 'permanent', code: 'NotANumber' } });
  });
});
