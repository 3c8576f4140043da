import type { MetricsClient } from '@azure/monitor-query-metrics';
import { describe, expect, it } from 'vitest';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import { MetricValues } from '../../../shared/azure/sources/metric-values.ts';
import type { MetricRef } from '../../../shared/workload/signals.ts';

const MINUTE = 60_000;
const NOW = 10 * MINUTE;
const NAMESPACE = '/subscriptions/s/resourceGroups/r/providers/Microsoft.ServiceBus/namespaces';
const [ONE, TWO] = [`${NAMESPACE}/one`, `${NAMESPACE}/two`];

/** Values of the minutes up to now, the newest last; undefined where a minute has none. */
type Series = (number | undefined)[];

/** Answers for each resource its series, of which Azure gives ten where a filter comes with no other number. */
class Azure {
  readonly asked: { region: string | undefined; ids: string[] }[] = [];
  readonly #series: Record<string, Series[]>;

  constructor(series: Record<string, Series[]>) {
    this.#series = series;
  }

  readonly client = (region: string | undefined): MetricsClient => {
    const queryResources = async (
      ids: string[],
      _: string[],
      __: string,
      options: { filter?: string; top?: number },
    ) => {
      this.asked.push({ region, ids });
      const most = options.filter === undefined ? Infinity : (options.top ?? 10);
      return Object.entries(this.#series).map(([resourceId, series]) => ({
        resourceId,
        getMetricByName: () => ({ timeseries: series.slice(0, most).map((values) => ({ data: points(values) })) }),
      }));
    };
    return { queryResources } as unknown as MetricsClient;
  };

  async read(...metrics: MetricRef[]): Promise<(SignalAnswer | undefined)[]> {
    const answers = new MetricValues(this.client, { now: () => NOW }).read(metrics);
    return Promise.all(metrics.map(async (metric) => answers.get(metric)));
  }
}

const active = (changes: Partial<MetricRef> = {}): MetricRef => {
  return { resources: [ONE], name: 'ActiveMessages', aggregation: 'average', across: 'sum', ...changes };
};
const ANY = "EntityName eq '*'";

const points = (values: Series) =>
  values.map((average, index) => ({ timeStamp: new Date(NOW - (values.length - index) * MINUTE), average }));

const value = (number: number, minutesAgo = 0) => ({
  status: 'read',
  value: { value: number },
  at: NOW - minutesAgo * MINUTE,
});

describe('metrics of Azure', () => {
  it('are those of all values of a dimension, and a failure where there are more than can be asked for', async () => {
    const many = (count: number): Azure => new Azure({ [ONE]: Array.from({ length: count }, () => [4]) });
    expect(await many(25).read(active({ filter: ANY }))).toEqual([value(100)]);
    expect(await many(999).read(active({ filter: ANY }))).toEqual([value(3996)]);
    expect(await many(2000).read(active({ filter: ANY }))).toMatchObject([
      { status: 'failed', failure: { code: 'PartialResult', message: expect.stringContaining('filter') } },
    ]);
  });

  it('belong to the resource that the answer names, in whatever order and letters', async () => {
    const azure = new Azure({ [TWO.toLowerCase()]: [[2]], [ONE.toUpperCase()]: [[1]] });
    expect(await azure.read(active(), active({ resources: [TWO] }))).toEqual([value(1), value(2)]);
    expect(azure.asked).toEqual([{ region: undefined, ids: [ONE, TWO] }]);
  });

  it('that lack a resource or a value of a dimension are not known, whatever the others are', async () => {
    const azure = new Azure({ [ONE]: [[1], [undefined]], [TWO]: [[2]] });
    const failed = { status: 'failed', failure: { code: 'NoValue' } };
    expect(
      await azure.read(active(), active({ resources: [TWO] }), active({ resources: [TWO, `${NAMESPACE}/three`] })),
    ).toMatchObject([failed, value(2), failed]);
  });

  it('are the newest minute that has a value, and as old as the oldest part', async () => {
    const azure = new Azure({ [ONE]: [[7, 8, undefined]], [TWO]: [[1, 2, 3]] });
    expect(await azure.read(active({ resources: [ONE, TWO] }), active({ resources: [TWO] }))).toEqual([
      value(11, 1),
      value(3),
    ]);
  });

  it('of one region are not asked for in another', async () => {
    const azure = new Azure({ [ONE]: [[1]], [TWO]: [[2]] });
    expect(await azure.read(active({ region: 'eastus' }), active({ resources: [TWO], region: 'westus' }))).toEqual([
      value(1),
      value(2),
    ]);
    expect(azure.asked).toEqual([
      { region: 'eastus', ids: [ONE] },
      { region: 'westus', ids: [TWO] },
    ]);
  });
});
