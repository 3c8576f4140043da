// The `signals` of a workload: named sources of demand beside its own queue. Each has exactly one source.

import { z } from 'zod';
import { formulaProblem } from '../signals/formula.ts';
import { cronProblem, isTimeZone, neverOpens } from '../signals/schedule.ts';
import { guid, namespaceHost, queue, region, text, whole, type Kind } from './kinds.ts';
import { described, eachMap, judged, listAtMost, ofMembers, oneOf, strict, type Described } from './strict.ts';
import type { QueueRef } from './workload.ts';

/** A subscription of a Service Bus topic: full host name of the namespace, topic and subscription. */
export interface SubscriptionRef {
  namespace: string;
  topic: string;
  subscription: string;
}

/** A queue of a storage account: its address without a slash at the end. */
export interface StorageQueueRef {
  url: string;
}

const ACROSS = ['sum', 'average', 'maximum'] as const;
export const AGGREGATIONS = ['average', 'total', 'maximum', 'minimum', 'count'] as const;

/** A metric of Azure Monitor, of one resource or of several of one type and region. */
export interface MetricRef {
  resources: string[];
  name: string;
  aggregation: (typeof AGGREGATIONS)[number];
  /** OData filter on dimensions, such as `EntityName eq 'orders'`. */
  filter?: string | undefined;
  /** Region of the resources; absent: the deployment's. */
  region?: string | undefined;
  /** How the values of several resources and dimensions become one. */
  across: 'sum' | 'average' | 'maximum';
}

/** A window of time: from each `start` to the `end` that follows, both cron with five or six fields. */
export interface ScheduleRef {
  start: string;
  end: string;
  /** IANA name. */
  timeZone: string;
}

export interface SignalDeclaration {
  name: string;
  queue?: QueueRef | undefined;
  subscription?: SubscriptionRef | undefined;
  storageQueue?: StorageQueueRef | undefined;
  metric?: MetricRef | undefined;
  log?: { workspaceId: string; query: string } | undefined;
  /** Fired: 5 less its severity (Sev0 is 5, Sev4 is 1); resolved or never told: 0. Without a rule: any alert. */
  alert?: { rule?: string | undefined } | undefined;
  /** 1 inside the window and 0 outside. */
  schedule?: ScheduleRef | undefined;
  /** The load that hints addressed to this signal expect now. */
  hint?: Record<string, never> | undefined;
  /** Over the values of other signals. */
  formula?: string | undefined;
  /** A reading older than this is not used any more; absent: what fits the source. */
  staleAfterSeconds?: number | undefined;
  /** Replicas to have at least while the source fails for longer than that. */
  fallback?: number | undefined;
}

export const SOURCES = [
  'queue',
  'subscription',
  'storageQueue',
  'metric',
  'log',
  'alert',
  'schedule',
  'hint',
  'formula',
] as const;
export type SourceKind = (typeof SOURCES)[number];

/** Sources that are queues, and all that a service is asked for: the others are told by the time or by what was pushed. */
export const QUEUES: readonly SourceKind[] = ['queue', 'subscription', 'storageQueue'];
export const ASKED: readonly SourceKind[] = [...QUEUES, 'metric', 'log'];

/** Which source a signal has. */
export const sourceOf = (signal: SignalDeclaration): SourceKind =>
  SOURCES.find((kind) => signal[kind] !== undefined) ?? 'formula';

/** Names a signal cannot have: they are taken in formulas, or by every object. */
export const RESERVED = ['queue', 'and', 'or', 'not', 'in', 'of', 'mod', 'if', 'then', 'else', 'constructor'];

export const signalName = text(
  'a name of 1 to 24 lower-case letters, digits and underscores that begins with a letter and does not end in _age or _growth',
  /^[a-z][a-z0-9_]{0,23}$/,
  'is not a name of a signal',
);

const subscriptionText = /^([a-z0-9][a-z0-9.:-]*)\/([\w./-]+?)\/(?:subscriptions\/)?([\w.-]+)$/i;

/** `namespace/topic/subscription`; a namespace without dot or colon gets `.servicebus.windows.net`. */
const subscription = z
  .string({ error: 'is not text' })
  .trim()
  .transform((value, context): SubscriptionRef => {
    const [, host, topic, name] = subscriptionText.exec(value) ?? [];
    if (host === undefined || topic === undefined || name === undefined) {
      context.addIssue({ code: 'custom', message: 'does not have the form namespace/topic/subscription' });
      return z.NEVER;
    }
    return { namespace: namespaceHost(host), topic, subscription: name };
  });

/** `account/queue`, or the queue's full https address. */
const storageQueue = z
  .string({ error: 'is not text' })
  .trim()
  .transform((value, context): StorageQueueRef => {
    const [, account, name] = /^([a-z0-9]{3,24})\/([a-z0-9-]{3,63})$/.exec(value) ?? [];
    if (account !== undefined) return { url: `https://${account}.queue.core.windows.net/${name}` };
    if (/^https:\/\/[^/\s?#]+\/[^\s?#]*[^/\s?#]$/.test(value)) return { url: value };
    context.addIssue({ code: 'custom', message: 'has neither the form account/queue nor https://.../queue' });
    return z.NEVER;
  });

// The batch API takes 50 resources of one subscription, type and region in a call.
const resource = z
  .string()
  .regex(/^\/subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/[^/\s]+\/[^/\s]+\/[^\s]+$/i, {
    error: 'is not a resource id',
  });

/** `/subscriptions/S/.../providers/NAMESPACE/TYPE/NAME` as `NAMESPACE/TYPE`, in lower case. */
export function typeOfResource(id: string): string {
  const [namespace = '', ...rest] = (id.split(/\/providers\//i).at(-1) ?? '').split('/');
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/').toLowerCase();
}

const subscriptionOf = (id: string): string => id.split('/')[2]?.toLowerCase() ?? '';

const metric = strict({
  resources: listAtMost(resource, 50, 'resources')
    .refine((all) => all.length > 0, { error: 'is empty' })
    .refine((all) => new Set(all.map((id) => `${subscriptionOf(id)} ${typeOfResource(id)}`)).size <= 1, {
      error: 'are not all of one type and subscription',
    }),
  name: z.string().min(1).max(200),
  aggregation: z.enum(AGGREGATIONS, { error: `is none of ${AGGREGATIONS.join(', ')}` }).default('average'),
  filter: z.string().min(1).max(500).optional(),
  region: region.schema.optional(),
  across: z.enum(ACROSS, { error: `is none of ${ACROSS.join(', ')}` }).default('sum'),
});

const cron = z
  .string()
  .superRefine(
    judged((value) => (/^(\S+\s+){4,5}\S+$/.test(value) ? cronProblem(value) : 'is not a cron of five or six fields')),
  );

const schedule = strict({
  start: cron,
  end: cron,
  timeZone: z.string().max(64).refine(isTimeZone, { error: 'is not a time zone' }).default('UTC'),
}).refine((window) => !neverOpens(window), {
  error: 'comes at each start, so the window is never open',
  path: ['end'],
  when: ({ issues }) => issues.length === 0,
});

interface Named {
  queue: z.ZodType<QueueRef>;
  subscription: z.ZodType<SubscriptionRef>;
  storageQueue: z.ZodType<StorageQueueRef>;
}

const declaration = (named: Named): z.ZodType<SignalDeclaration> =>
  strict({
    name: signalName.schema
      .refine((name) => !RESERVED.includes(name), { error: 'is a word that formulas use' })
      .refine((name) => !/_(age|growth)$/.test(name), { error: 'ends as what formulas know of other signals' }),
    queue: named.queue.optional(),
    subscription: named.subscription.optional(),
    storageQueue: named.storageQueue.optional(),
    metric: metric.optional(),
    log: strict({
      workspaceId: guid('a Log Analytics workspace').schema,
      query: z.string().min(1).max(2000),
    }).optional(),
    alert: strict({ rule: z.string().min(1).max(512).optional() }).optional(),
    schedule: schedule.optional(),
    hint: strict({}).optional(),
    formula: z.string().min(1).max(300).superRefine(judged(formulaProblem)).optional(),
    staleAfterSeconds: whole(10, 86_400).optional(),
    fallback: whole(0, 10_000).optional(),
  }).refine(
    (signal) => SOURCES.filter((kind) => signal[kind] !== undefined).length === 1,
    ofMembers(`needs exactly one source of ${SOURCES.join(', ')}`),
  );

/** 50 resources have ids of up to 300 characters each. What a workload file holds is fewer than these. */
const LONGEST = 20_000;

/** Sixteen signals at most: all are read in each evaluation. */
const signalsSchema: z.ZodType<SignalDeclaration[]> = listAtMost(
  declaration({ queue: queue.schema, subscription, storageQueue }),
  16,
  'signals',
).refine((all) => JSON.stringify(all).length <= LONGEST, { error: `is longer than ${LONGEST} characters` });

const MEMBERS: Record<keyof SignalDeclaration, Described> = {
  name: [signalName.allowed, 'Name of the signal, for rules and formulas.'],
  queue: [queue.allowed, 'Active messages of a Service Bus queue.'],
  subscription: ['namespace/topic/subscription', 'Active messages of a subscription of a topic.'],
  storageQueue: ['account/queue, or its https address', 'Messages of a storage queue.'],
  metric: [
    'a map with resources, name, aggregation, filter, region and across',
    'Newest full minute of a metric of Azure Monitor.',
    {
      parts: described({
        resources: [
          'a list of 1 to 50 resource ids of one type and subscription',
          'Whose metric it is.',
          { items: { allowed: 'a resource id, /subscriptions/.../providers/TYPE/NAME', schema: resource } },
        ],
        name: ['the name of the metric', 'Which metric.'],
        aggregation: oneOf(AGGREGATIONS, 'How a minute becomes one number; average when absent.'),
        filter: ["an OData filter such as EntityName eq 'orders'", 'Which dimensions count.'],
        region: ['an Azure region such as westeurope', "Where the resources are; absent: the deployment's."],
        across: oneOf(ACROSS, 'How several resources and dimensions become one number; sum when absent.'),
      }),
    },
  ],
  log: [
    'a map with workspaceId and query',
    'First cell of the first row of a log query.',
    {
      parts: described({
        workspaceId: ['the id of a Log Analytics workspace (a GUID)', 'Where it is asked.'],
        query: ['a query of at most 2000 characters', 'What is asked.'],
      }),
    },
  ],
  alert: [
    'a map with rule, or an empty one for any alert',
    'Severity of a fired alert: 5 for Sev0 to 1 for Sev4, else 0.',
    { parts: described({ rule: ['the name of an alert rule', 'Which rule; absent: any.'] }) },
  ],
  schedule: [
    'a map with start and end (cron) and timeZone',
    '1 from each start to the end that follows, else 0.',
    {
      parts: described({
        start: ['a cron of five or six fields', 'When it begins.'],
        end: ['a cron of five or six fields', 'When it ends.'],
        timeZone: ['a name such as Europe/Berlin', 'Whose clock; UTC when absent.'],
      }),
    },
  ],
  hint: ['an empty map: {}', 'Load that hints addressed to this signal expect now.'],
  formula: ['a formula over other signals, of at most 300 characters', 'A number made of other signals.'],
  staleAfterSeconds: ['a whole number from 10 to 86400', 'Age at which a reading does not count any more.'],
  fallback: [
    'a whole number from 0 to 10000',
    'Replicas to have at least while the source fails for longer than that.',
  ],
};

export const signalsKind: Kind<SignalDeclaration[]> = {
  allowed: `a list of at most 16 signals (${LONGEST} characters), each with a name and one source: docs/signals.md`,
  items: eachMap(`a map with a name and exactly one of ${SOURCES.join(', ')}`, MEMBERS),
  schema: signalsSchema,
};

/** Signals as they are stored, names of queues taken apart. */
export const storedSignals: z.ZodType<SignalDeclaration[]> = z.array(
  declaration({
    queue: z.object({ namespace: z.string(), queue: z.string() }),
    subscription: z.object({ namespace: z.string(), topic: z.string(), subscription: z.string() }),
    storageQueue: z.object({ url: z.string() }),
  }),
);

export const combineKind: Kind<string> = text(
  'max, sum, or a formula over queue and the names of signals with rules, of at most 300 characters',
  /^[^]{1,300}$/,
  'is empty, or longer than 300 characters',
);
