// The `rules` of a workload: each turns one named signal into replicas. What a rule is, its one verb says.

import { z } from 'zod';
import { whole, type Kind } from './kinds.ts';
import { described, eachMap, isMap, listAtMost, ofMembers, strict, type Described } from './strict.ts';

/** One threshold, as Azure autoscale has it: when it is crossed, by how much to change. */
export interface Step {
  above?: number | undefined;
  below?: number | undefined;
  add?: number | undefined;
  addPercent?: number | undefined;
  remove?: number | undefined;
  removePercent?: number | undefined;
  /** Exactly so many replicas. */
  set?: number | undefined;
}

export interface RuleDeclaration {
  /** Name of the signal. */
  signal: string;
  /** Units of the signal for each replica: messages waiting. */
  backlogPerReplica?: number | undefined;
  /** Units of the signal for each replica: requests in the signal's own unit of time. */
  requestsPerReplica?: number | undefined;
  /** Seconds that a message may wait in the queue that the signal is. */
  queueTimeSeconds?: number | undefined;
  /** The signal is the mean use of the replicas, in percent. */
  utilizationPercent?: number | undefined;
  steps?: Step[] | undefined;
  /** The threshold must have been crossed so long. */
  forSeconds: number;
  /** After a step no other is taken for so long, in either direction. */
  coolDownSeconds: number;
  /** While the signal is above zero: bounds of the whole workload, or replicas this rule asks for. */
  window?: { minimum?: number | undefined; maximum?: number | undefined; wanted?: number | undefined } | undefined;
  /** From zero replicas the signal must be above this. */
  activation: number;
}

export const VERBS = [
  'backlogPerReplica',
  'requestsPerReplica',
  'queueTimeSeconds',
  'utilizationPercent',
  'steps',
  'window',
] as const;
/** Whether the step starts capacity; `set` does so above a threshold. */
export const stepsOut = ({ above }: Step): boolean => above !== undefined;

/** Whether the rule asks for replicas: a window that only bounds the workload does not. */
export const asksForReplicas = ({ window }: Pick<RuleDeclaration, 'window'>): boolean =>
  window === undefined || window.wanted !== undefined;

const amount = z.number().positive().max(1e9);
const replicas = whole(0, 10_000);

const step: z.ZodType<Step> = strict({
  above: z.number().optional(),
  below: z.number().optional(),
  add: whole(1, 1000).optional(),
  addPercent: z.number().positive().max(1000).optional(),
  remove: whole(1, 1000).optional(),
  removePercent: z.number().positive().max(100).optional(),
  set: replicas.optional(),
})
  .refine(
    ({ above, below }) => (above === undefined) !== (below === undefined),
    ofMembers('needs above or below, and not both'),
  )
  .refine(
    (one) =>
      ['add', 'addPercent', 'remove', 'removePercent', 'set'].filter((key) => one[key as 'add'] !== undefined)
        .length === 1,
    ofMembers('needs exactly one of add, addPercent, remove, removePercent, set'),
  )
  .refine(({ above, below, add, addPercent, remove, removePercent }) => {
    const out = add !== undefined || addPercent !== undefined;
    const into = remove !== undefined || removePercent !== undefined;
    return !(out && below !== undefined) && !(into && above !== undefined);
  }, 'must add above a threshold and remove below one');

/** What stands there counts although something else in a step is wrong. */
const numbersOf = (steps: unknown[], key: keyof Step): number[] =>
  steps.filter(isMap).flatMap(({ [key]: value }) => (typeof value === 'number' ? value : []));
const crossing = (steps: unknown[], key: 'above' | 'below'): unknown[] =>
  steps.filter((each) => isMap(each) && each[key] !== undefined);
const ofList = (error: string) => ({ error, when: ({ value }: z.core.ParsePayload) => Array.isArray(value) });
/** Which way each step goes can be told. */
const haveSides = (steps: unknown[]): boolean =>
  crossing(steps, 'above').length + crossing(steps, 'below').length === steps.length;

// Only steps out would never give anything back, and between two thresholds that cross both would be true at once.
const steps = listAtMost(step, 10, 'steps')
  .refine(
    (all) => !haveSides(all) || (crossing(all, 'above').length > 0 && crossing(all, 'below').length > 0),
    ofList('needs a step above and one below a threshold: what is added must be able to go'),
  )
  .refine(
    (all) => Math.max(...numbersOf(all, 'below')) <= Math.min(...numbersOf(all, 'above')),
    ofList('removes below a value above which it adds'),
  )
  .refine(
    (all) =>
      Math.max(...numbersOf(crossing(all, 'below'), 'set')) < Math.min(...numbersOf(crossing(all, 'above'), 'set')),
    ofList('sets no fewer replicas below a threshold than above one'),
  );

const rule: z.ZodType<RuleDeclaration> = strict({
  signal: z.string().min(1),
  backlogPerReplica: amount.optional(),
  requestsPerReplica: amount.optional(),
  queueTimeSeconds: z.number().min(1).max(86_400).optional(),
  utilizationPercent: z.number().min(1).max(100).optional(),
  steps: steps.optional(),
  forSeconds: whole(0, 86_400).default(60),
  coolDownSeconds: whole(0, 604_800).default(300),
  window: strict({ minimum: replicas.optional(), maximum: replicas.optional(), wanted: replicas.optional() })
    .refine(
      (one) => Object.values(one).some((value) => value !== undefined),
      ofMembers('needs minimum, maximum or wanted'),
    )
    .refine(({ minimum, maximum }) => (minimum ?? 0) <= (maximum ?? Infinity), {
      error: 'has its minimum above its maximum',
    })
    .optional(),
  activation: z.number().min(0).default(0),
}).refine(
  (one) => VERBS.filter((verb) => one[verb] !== undefined).length === 1,
  ofMembers(`needs exactly one of ${VERBS.join(', ')}`),
);

export const rulesSchema: z.ZodType<RuleDeclaration[]> = listAtMost(rule, 16, 'rules');

const EACH = 'a number above 0, at most 1000000000';
const CHANGE = 'a whole number from 1 to 1000';
const REPLICAS = 'a whole number from 0 to 10000';
const MEMBERS: Record<keyof RuleDeclaration, Described> = {
  signal: ['the name of a signal', 'What the rule goes by.'],
  backlogPerReplica: [EACH, 'Units that wait for each replica.'],
  requestsPerReplica: [EACH, 'Units that come for each replica.'],
  queueTimeSeconds: ['a number from 1 to 86400', 'Seconds that a message may wait in the queue.'],
  utilizationPercent: ['a number from 1 to 100', 'Mean use of the replicas to aim at.'],
  steps: [
    'a list of maps with above or below, and one of add, addPercent, remove, removePercent, set',
    'Changes when a threshold is crossed, as Azure Monitor autoscale has them.',
    {
      items: eachMap('a map with above or below, and one of add, addPercent, remove, removePercent, set', {
        above: ['a number', 'Crossed above it.'],
        below: ['a number', 'Crossed below it.'],
        add: [CHANGE, 'So many more.'],
        addPercent: ['a number above 0, at most 1000', 'So many percent more.'],
        remove: [CHANGE, 'So many fewer.'],
        removePercent: ['a number above 0, at most 100', 'So many percent fewer.'],
        set: [REPLICAS, 'Exactly so many.'],
      }),
    },
  ],
  forSeconds: ['a whole number from 0 to 86400', 'A threshold of a step must be crossed so long; 60 when absent.'],
  coolDownSeconds: ['a whole number from 0 to 604800', 'No other step for so long after one; 300 when absent.'],
  window: [
    'a map with minimum, maximum or wanted',
    'Bounds while the signal is above zero.',
    {
      parts: described({
        minimum: [REPLICAS, 'At least so many in all.'],
        maximum: [REPLICAS, 'At most so many in all.'],
        wanted: [REPLICAS, 'What the rule asks for.'],
      }),
    },
  ],
  activation: ['a number from 0 on', 'From zero replicas the signal must be above this; 0 when absent.'],
};

export const rulesKind: Kind<RuleDeclaration[]> = {
  allowed: 'a list of rules: docs/signals.md',
  items: eachMap(`a map with a signal and exactly one of ${VERBS.join(', ')}`, MEMBERS),
  schema: rulesSchema,
};
