// A third of the workloads of a world hear of more than their own queue, or of something else instead of it: of the same queue
// as a subscription, a storage queue, a metric or a log, and of alerts, schedules, hints and formulas over others. What is
// scheduled or hinted at is over when the world comes to rest.

import type { Hint } from '../../../shared/ports/stores.ts';
import { queueKey } from '../../../shared/ports/demand.ts';
import { asksForReplicas, type RuleDeclaration } from '../../../shared/workload/rules.ts';
import type { MetricRef, SignalDeclaration } from '../../../shared/workload/signals.ts';
import type { Random } from '../../local/random.ts';
import { pick, SUBSCRIPTION, whole, type DeclaredWorkload, type Span } from './declare.ts';

/** The workload's queue as each of the sources that a queue can be. */
const sourcesOf = (name: string) => ({
  queue: { namespace: 'bus', queue: name },
  subscription: { namespace: 'bus', topic: 'topic', subscription: name },
  storageQueue: { url: `https://files.queue.core.windows.net/${name}` },
});

/** What the queue is called as each of them: see memory-signals.ts. */
export function aliasesOf(name: string): string[] {
  const { queue, subscription, storageQueue } = sourcesOf(name);
  return [queueKey(queue), `${subscription.namespace}/${subscription.topic}/${name}`, storageQueue.url];
}

export interface PlannedHint extends Pick<Hint, 'load' | 'unit' | 'signal'> {
  /** When it is sent, and when the load comes (epoch ms). */
  sentAt: number;
  at: number;
  minutes: number;
}

interface Heard {
  signal: SignalDeclaration;
  rule: Partial<RuleDeclaration>;
}

const NAMESPACE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ServiceBus/namespaces/bus`;
const DEFAULTS = { forSeconds: 60, coolDownSeconds: 60, activation: 0 };

const metricOf = (workload: string, name: string): MetricRef => ({
  resources: [NAMESPACE],
  name,
  aggregation: 'average',
  filter: `EntityName eq '${workload}'`,
  across: 'sum',
});

/** The declarations, of which about one in three has signals and rules; `ownQueue`: all keep their queue. */
export const signalSome = (
  random: Random,
  { ownQueue, ...span }: Span & { ownQueue: boolean },
  declared: DeclaredWorkload[],
): DeclaredWorkload[] =>
  declared.map((each) => {
    if (random.next() >= 1 / 3 || !each.workload.scaling.queue) return each;
    return random.next() < 0.5 && !ownQueue ? elsewhere(random, each) : beside(random, span, each);
  });

/** The queue is no longer the workload's own: a signal stands for it. */
function elsewhere(random: Random, declared: DeclaredWorkload): DeclaredWorkload {
  const { name, scaling } = declared.workload;
  const { queue: _, ...others } = scaling;
  const { queue, subscription, storageQueue } = sourcesOf(name);
  const rule = pick(random, [
    { queueTimeSeconds: scaling.target.maxWaitSeconds },
    { queueTimeSeconds: scaling.target.maxWaitSeconds },
    { backlogPerReplica: pick(random, [5, 20]) },
    { utilizationPercent: pick(random, [60, 80]) },
  ]);
  if ('utilizationPercent' in rule) {
    // Of what is not there nothing is used: the first replica is there always.
    const burst = { ...scaling.burst, minGroups: Math.max(1, scaling.burst.minGroups) };
    return heard(declared, { ...others, burst }, [{ signal: { name: 'used', metric: metricOf(name, 'Used') }, rule }]);
  }
  const source = pick(random, [{ queue }, { subscription }, { storageQueue }]);
  return heard(declared, others, [{ signal: { name: 'backlog', ...source }, rule }]);
}

/** Beside the workload's own queue. */
function beside(random: Random, { from, quietFrom }: Span, declared: DeclaredWorkload): DeclaredWorkload {
  const { name, scaling } = declared.workload;
  const few = whole(random, 1, 3);
  const [starts, lasts] = [from + random.next() * (quietFrom - from) * 0.8, whole(random, 10, 60) * 60_000];
  const schedule = { start: cronAt(starts), end: cronAt(Math.min(quietFrom, starts + lasts)), timeZone: 'UTC' };
  const bound = pick(random, ['minimum', 'maximum', 'wanted'] as const);
  const all: Heard[] = [
    { signal: { name: 'shift', schedule }, rule: { window: { [bound]: few } } },
    {
      signal: { name: 'pages', alert: random.next() < 0.5 ? { rule: 'deep-queue' } : {} },
      rule: {
        steps: [
          { above: 2, add: few },
          { below: 1, set: 0 },
        ],
      },
    },
    {
      signal: { name: 'asked', log: { workspaceId: 'logs', query: name }, fallback: few },
      rule: { requestsPerReplica: 2 },
    },
    {
      signal: { name: 'held', metric: metricOf(name, 'ActiveMessages') },
      rule: {
        steps: [
          { above: 8, set: few + 2 },
          { above: 30, addPercent: 50 },
          { below: 4, set: 0 },
        ],
      },
    },
    { signal: { name: 'visitors', hint: {} }, rule: { requestsPerReplica: 5, activation: 2 } },
  ];
  const chosen = all.filter(() => random.next() < 0.5);
  const named = chosen.map(({ signal }) => signal.name);
  const mixed = { signal: { name: 'mixed', formula: `max(0, ${named.join(', ')})` }, rule: { backlogPerReplica: 20 } };
  const heardOf = random.next() < 0.3 && named.length > 0 ? [...chosen, mixed] : chosen;
  const asking = chosen.find(({ rule }) => asksForReplicas(rule));
  const combine = pick(random, ['max', 'max', 'sum', `queue + ${asking?.signal.name ?? '0'} / 2`]);
  const hints = Array.from({ length: whole(random, 0, 3) }, () => hint(random, { from, quietFrom }, named));
  return { ...heard(declared, { ...scaling, combine }, heardOf), hints };
}

function hint(random: Random, { from, quietFrom }: Span, named: string[]): PlannedHint {
  const sentAt = from + random.next() * (quietFrom - from) * 0.8;
  const at = sentAt + random.next() * (quietFrom - sentAt) * 0.5;
  const minutes = Math.min(whole(random, 5, 60), (quietFrom - at) / 60_000);
  const signal = named.includes('visitors') && random.next() < 0.5 ? { signal: 'visitors' } : {};
  return {
    sentAt,
    at,
    minutes,
    load: whole(random, 1, 20),
    unit: pick(random, ['replicas', 'messages-per-second']),
    ...signal,
  };
}

function heard(
  declared: DeclaredWorkload,
  scaling: DeclaredWorkload['workload']['scaling'],
  all: Heard[],
): DeclaredWorkload {
  const signals = all.map(({ signal }) => signal);
  const rules = all.map(({ signal, rule }) => ({ signal: signal.name, ...DEFAULTS, ...rule }));
  return { ...declared, workload: { ...declared.workload, scaling: { ...scaling, signals, rules } } };
}

/** Once a day, at the minute of this moment. */
function cronAt(at: number): string {
  const time = new Date(at);
  return `${time.getUTCMinutes()} ${time.getUTCHours()} * * *`;
}
