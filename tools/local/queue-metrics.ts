// The minute metrics of the local Service Bus, as Azure Monitor would have them: totals of incoming messages and the
// average of active ones, sampled each five seconds.

import type { MetricSource } from './azure/metrics.ts';
import type { SimulatedClock } from './clock.ts';
import type { Queue } from './servicebus/queue.ts';

interface Minute {
  incoming: number;
  active: number;
  samples: number;
}

const SAMPLE_MS = 5_000;
const KEPT_MS = 60 * 60_000;

export function queueMetrics(clock: SimulatedClock, queues: Queue[]): MetricSource {
  const minutes = new Map<string, Map<number, Minute>>();
  for (const queue of queues) {
    const own = new Map<number, Minute>();
    minutes.set(queue.options.name, own);
    let before = queue.totals.incoming;
    const sample = (): void => {
      // What came in since the last sample belongs to the minute in which that sample lay.
      const start = Math.floor((clock.now() - 1) / 60_000) * 60_000;
      const minute = own.get(start) ?? { incoming: 0, active: 0, samples: 0 };
      const incoming = queue.totals.incoming;
      own.set(start, {
        incoming: minute.incoming + incoming - before,
        active: minute.active + queue.counts().active,
        samples: minute.samples + 1,
      });
      before = incoming;
      own.delete(start - KEPT_MS);
      clock.at(Math.floor(clock.now() / SAMPLE_MS + 1) * SAMPLE_MS, sample);
    };
    clock.at(Math.ceil(clock.now() / SAMPLE_MS) * SAMPLE_MS, sample);
  }
  return (_resource, metric, aggregation, start, dimension) => {
    const minute = minutes.get(dimension?.value ?? '')?.get(start);
    if (!minute) return undefined;
    const wanted = `${metric} ${aggregation}`.toLowerCase();
    if (wanted === 'incomingmessages total') return minute.incoming;
    if (wanted === 'activemessages average') return minute.active / minute.samples;
    return undefined;
  };
}
