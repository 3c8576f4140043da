// The sources of signals behind one port: sorts what is asked for by source, and no failure of one touches another.

import type { Clock } from '../../ports/clock.ts';
import { queueKey, type LogQueries, type QueueDepths } from '../../ports/demand.ts';
import { AzureFailure, type Failure } from '../../ports/errors.ts';
import type { Measured, SignalAnswer, Signals } from '../../ports/signals.ts';
import type { SignalDeclaration } from '../../workload/signals.ts';
import type { MetricValues } from './metric-values.ts';
import type { OldestMessages } from './oldest-messages.ts';
import type { StorageQueues } from './storage-queues.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface SignalSources {
  clock: Clock;
  queueDepths: QueueDepths;
  logQueries: LogQueries;
  subscriptions: Pick<Subscriptions, 'active'>;
  storageQueues: Pick<StorageQueues, 'waiting'>;
  metricValues: Pick<MetricValues, 'read'>;
  oldestMessages: Pick<OldestMessages, 'seconds'>;
}

export class AzureSignals implements Signals {
  readonly #sources: SignalSources;

  constructor(sources: SignalSources) {
    this.#sources = sources;
  }

  async read(signals: SignalDeclaration[]): Promise<SignalAnswer[]> {
    const queues = signals.flatMap(({ queue }) => queue ?? []);
    const metrics = signals.flatMap(({ metric }) => metric ?? []);
    // Asked for once for all that share a call; each answer is taken from it below.
    const read = new Map(
      [...Map.groupBy(queues, ({ namespace }) => namespace)].map(([namespace, of]) => {
        const names = of.map(({ queue }) => queue);
        return [namespace, this.#sources.queueDepths.read(namespace, names, 'witness')];
      }),
    );
    const values = this.#sources.metricValues.read(metrics);
    for (const promise of read.values()) promise.catch(() => {});
    return Promise.all(signals.map((signal) => this.#answer(signal, read, values)));
  }

  async #answer(
    signal: SignalDeclaration,
    depths: Map<string, ReturnType<QueueDepths['read']>>,
    metrics: Map<SignalDeclaration['metric'], Promise<SignalAnswer>>,
  ): Promise<SignalAnswer> {
    const { queue, subscription, storageQueue, metric, log } = signal;
    const { clock } = this.#sources;
    const at = clock.now();
    try {
      if (metric) return (await metrics.get(metric)) ?? failed('NoValue', 'the metric was not read');
      if (storageQueue) return { status: 'read', value: await this.#sources.storageQueues.waiting(storageQueue), at };
      if (log) return logAnswer(await this.#sources.logQueries.number(log.workspaceId, log.query), at);
      if (subscription) {
        const active = await this.#sources.subscriptions.active(subscription);
        return { status: 'read', value: await this.#withAge(active, subscription), at };
      }
      if (!queue) return failed('NoSource', 'nothing in Azure answers this signal');
      const depth = (await depths.get(queue.namespace))?.get(queue.queue);
      if (!depth) return failed('QueueNotFound', `queue ${queueKey(queue)} does not exist`);
      const { active, witnessed } = depth.value;
      return {
        status: 'read',
        value: { ...(await this.#withAge(active, queue)), ...(witnessed && { witnessed }) },
        at: depth.at,
      };
    } catch (error) {
      if (error instanceof AzureFailure) return { status: 'failed', failure: error.failure };
      throw error;
    }
  }

  async #withAge(active: number, of: Parameters<OldestMessages['seconds']>[0]): Promise<Measured> {
    if (active === 0) return { value: active };
    return { value: active, oldestSeconds: await this.#sources.oldestMessages.seconds(of) };
  }
}

const logAnswer = (value: number | undefined, at: number): SignalAnswer =>
  value === undefined
    ? failed('EmptyTable', 'the log query returned no row')
    : { status: 'read', value: { value }, at };

const failed = (code: string, message: string): SignalAnswer => {
  const failure: Failure = { class: 'permanent', code, message };
  return { status: 'failed', failure };
};
