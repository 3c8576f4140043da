import type { MetricsClient, MetricsQueryResult, TimeSeriesElement } from '@azure/monitor-query-metrics';
import type { Clock } from '../../ports/clock.ts';
import { AzureFailure } from '../../ports/errors.ts';
import type { SignalAnswer } from '../../ports/signals.ts';
import { typeOfResource, type MetricRef } from '../../workload/signals.ts';
import { reading } from '../attempt.ts';
import { sameId } from '../resource-id.ts';

const MINUTE = 60_000;
/** Metrics come a minute or more late; what is older than this is no answer. */
const LOOK_BACK_MS = 10 * MINUTE;
/** Resources that the batch API takes in a call. */
const MOST_RESOURCES = 50;
/** Values of a dimension, or combinations of several, that are asked for of each resource: Azure gives ten unless told. */
const MOST_SERIES = 1000;

interface Batch {
  ids: string[];
  results: Promise<MetricsQueryResult[]>;
}

/**
 * The newest full minute of metrics, from the batch API of Azure Monitor: signals that ask for the same metric of one
 * type, region and subscription share calls of 50 resources.
 */
export class MetricValues {
  readonly #client: (region: string | undefined) => MetricsClient;
  readonly #clock: Clock;

  constructor(client: (region: string | undefined) => MetricsClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** By the very references given. No promise rejects with AzureFailure: a failure is an answer. */
  read(metrics: MetricRef[]): Map<MetricRef | undefined, Promise<SignalAnswer>> {
    const answers = new Map<MetricRef | undefined, Promise<SignalAnswer>>();
    for (const [, alike] of Map.groupBy(metrics, sharedCall)) {
      const ids = [...new Set(alike.flatMap(({ resources }) => resources))];
      const batches = chunks(ids, MOST_RESOURCES).map((resources) => this.#ask(alike[0] as MetricRef, resources));
      for (const metric of alike) answers.set(metric, answerOf(metric, batches));
    }
    return answers;
  }

  #ask(metric: MetricRef, ids: string[]): Batch {
    const { name, aggregation, filter, region } = metric;
    const end = Math.floor(this.#clock.now() / MINUTE) * MINUTE;
    const results = reading(`Reading metric ${name}`, () =>
      this.#client(region).queryResources(ids, [name], typeOfResource(ids[0] ?? ''), {
        startTime: new Date(end - LOOK_BACK_MS),
        endTime: new Date(end),
        interval: 'PT1M',
        aggregation: ODATA[aggregation],
        ...(filter !== undefined && { filter, top: MOST_SERIES }),
      }),
    );
    return { ids, results };
  }
}

const ODATA = { average: 'Average', total: 'Total', maximum: 'Maximum', minimum: 'Minimum', count: 'Count' } as const;

const sharedCall = ({ resources, name, aggregation, filter, region }: MetricRef): string =>
  JSON.stringify([resources[0]?.split('/')[2], typeOfResource(resources[0] ?? ''), name, aggregation, filter, region]);

const chunks = <T>(all: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

async function answerOf(metric: MetricRef, batches: Batch[]): Promise<SignalAnswer> {
  try {
    // A call that failed fails those signals alone whose resources it was for.
    const own = batches.filter(({ ids }) => metric.resources.some((id) => ids.includes(id)));
    const parts = await Promise.all(own.map(async ({ ids, results }) => newestIn(metric, ids, await results)));
    const values = parts.flat();
    const numbers = values.map(({ value }) => value);
    // The oldest part says how old the whole is.
    return {
      status: 'read',
      value: { value: ACROSS[metric.across](numbers) },
      at: Math.min(...values.map(({ at }) => at)),
    };
  } catch (error) {
    if (error instanceof AzureFailure) return { status: 'failed', failure: error.failure };
    throw error;
  }
}

const sum = (all: number[]): number => all.reduce((total, each) => total + each, 0);

const ACROSS: Record<MetricRef['across'], (values: number[]) => number> = {
  sum,
  average: (all) => sum(all) / all.length,
  maximum: (all) => Math.max(...all),
};

const newestIn = (metric: MetricRef, ids: string[], results: MetricsQueryResult[]) =>
  ids.filter((id) => metric.resources.includes(id)).flatMap((id) => newest(results, metric, id));

/** The newest value of each series of a resource. One without any value in ten minutes is not zero, it is not known. */
function newest(
  results: MetricsQueryResult[],
  { name, aggregation, filter }: MetricRef,
  id: string,
): { value: number; at: number }[] {
  const result = results.find(({ resourceId }) => sameId(resourceId, id));
  const series = result?.getMetricByName(name)?.timeseries ?? [];
  if (filter !== undefined && series.length >= MOST_SERIES)
    throw refusal('PartialResult', `Metric ${name} has ${MOST_SERIES} series or more for ${id}: narrow its filter.`);
  const found = series.flatMap((one) => newestOf(one, aggregation) ?? []);
  if (found.length > 0 && found.length === series.length) return found;
  throw refusal('NoValue', `Metric ${name} has no value for ${id} in the last ten minutes.`);
}

const refusal = (code: string, message: string): AzureFailure =>
  new AzureFailure('Reading metrics', { class: 'wait', code, message }, undefined);

function newestOf(
  { data }: TimeSeriesElement,
  aggregation: MetricRef['aggregation'],
): { value: number; at: number } | undefined {
  for (const point of (data ?? []).toReversed()) {
    const value = point[aggregation];
    if (value !== undefined && value !== null) return { value, at: point.timeStamp.getTime() + MINUTE };
  }
  return undefined;
}
