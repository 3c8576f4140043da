// What faults do to a single call of a port. A verdict says when the effect takes place, if at all, and what the caller is
// told, and when. Failures are thrown as an SDK client throws them, so that the classifier has its part in it.

import { classify } from '../../../shared/azure/classify.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import type { QueueDepth, Reading } from '../../../shared/ports/demand.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import type { SignalDeclaration } from '../../../shared/workload/signals.ts';
import type { Random } from '../../local/random.ts';
import { RefusedCall } from '../arm-client.ts';
import type { Fault, FaultKind } from './kinds.ts';

export interface Call {
  port: Exclude<keyof Ports, 'clock'>;
  method: string;
  args: readonly unknown[];
  /** Undefined for what belongs to no region. */
  region: string | undefined;
}

/** All times in milliseconds. */
export interface Verdict {
  /** Until the effect. */
  sendAfter?: number;
  /** Default true. */
  effect?: boolean;
  /** From the effect until the caller knows. */
  answerAfter?: number;
  error?: RefusedCall;
  /** The process of the controller ends, before the effect or after it. */
  death?: 'before' | 'after';
  /** The effect takes place so much later than the answer. */
  detached?: number;
  /** The effect takes place once more so much later. */
  again?: number;
  /** Changes the answer. */
  alter?: (answer: unknown, now: number) => unknown;
  /** A group that is made so never has its image. */
  stall?: boolean;
}

type Strike = (call: Call, random: Random, fault: Fault) => Verdict | undefined;

const WRITES = new Set(['create', 'start', 'stop', 'delete', 'setTags', 'setCapacity', 'deleteInstances', 'publish']);
const ARM = new Set([
  'containerGroups',
  'scaleSets',
  'recordSets',
  'backendPools',
  'instanceAddresses',
  'standbyPools',
]);
const TABLES = new Set(['planner', 'pools', 'alerts', 'history', 'controls', 'configs', 'registry']);
const STORE_WRITES = /^(save|write|put|append|set|renew|beat$|keep)/;

export const isArmWrite = ({ port, method }: Pick<Call, 'port' | 'method'>): boolean =>
  ARM.has(port) && WRITES.has(method);

/** How long a client waits for an answer of Azure: see shared/azure/calls.ts. */
const CALL_TIMEOUT_MS = 15_000;

const network = (): RefusedCall => new RefusedCall('The connection ended before an answer came.', 'ECONNRESET');
const refusal = (code: string, status: number, headers: Record<string, string> = {}): RefusedCall =>
  new RefusedCall(`Simulated: ${code}.`, code, status, headers);

const onArm =
  (verdict: (random: Random, call: Call) => Verdict | undefined): Strike =>
  (call, random) =>
    ARM.has(call.port) ? verdict(random, call) : undefined;
const onTrigger =
  (verdict: (random: Random) => Verdict): Strike =>
  ({ port }, random) =>
    port === 'evaluations' ? verdict(random) : undefined;
const EMPTY: QueueDepth = { active: 0, deadLetter: 0, scheduled: 0 };

type Read = Extract<SignalAnswer, { status: 'read' }>;

/** What becomes of the answers of the sources that it strikes. */
const onSignals = (
  signals: unknown,
  struck: (signal: SignalDeclaration) => boolean,
  alter: (answer: Read, now: number) => SignalAnswer,
): Verdict => ({
  alter: (answers, now) =>
    (answers as SignalAnswer[]).map((answer, index) => {
      const signal = (signals as SignalDeclaration[])[index];
      return answer.status === 'read' && signal && struck(signal) ? alter(answer, now) : answer;
    }),
});

/** Zero in place of what was read, of a time of its own: of the own queue, and of signals of these sources. */
const onDepths =
  (timeOf: (at: number, now: number) => number, sources: (signal: SignalDeclaration) => boolean): Strike =>
  ({ port, method, args: [signals] }) => {
    if (port === 'signals')
      return onSignals(signals, sources, ({ at }, now) => ({
        status: 'read',
        value: { value: 0 },
        at: timeOf(at, now),
      }));
    if (port !== 'queueDepths' || method !== 'read') return undefined;
    const altered = ({ at }: Reading<QueueDepth>, now: number) => ({ value: EMPTY, at: timeOf(at, now) });
    return {
      alter: (answer, now) =>
        new Map([...(answer as Map<string, Reading<QueueDepth>>)].map(([key, value]) => [key, altered(value, now)])),
    };
  };

const workloadOf = (request: unknown): string | undefined =>
  (request as { tags?: Record<string, string> } | undefined)?.tags?.[TAGS.workload];

export const CALL_FAULTS: Partial<Record<FaultKind, Strike>> = {
  'lost-answer': onArm((random) => ({ error: network(), answerAfter: random.next() * CALL_TIMEOUT_MS })),
  'lost-request': onArm((random) => ({
    effect: false,
    error: network(),
    answerAfter: random.next() * CALL_TIMEOUT_MS,
  })),
  'late-effect': onArm((random, call) => {
    if (!isArmWrite(call)) return undefined;
    const sendAfter = random.next() * CALL_TIMEOUT_MS;
    return { sendAfter, answerAfter: CALL_TIMEOUT_MS - sendAfter, error: network() };
  }),
  throttled: onArm((random) => ({
    effect: false,
    error: refusal('TooManyRequests', 429, { 'retry-after': String(1 + Math.floor(random.next() * 60)) }),
  })),
  transitioning: onArm((_, call) =>
    isArmWrite(call) && call.port === 'containerGroups'
      ? { effect: false, error: refusal('ContainerGroupTransitioning', 409) }
      : undefined,
  ),
  'server-errors': onArm((random) => ({
    effect: random.next() < 0.5,
    error: random.next() < 0.5 ? refusal('InternalServerError', 500) : refusal('ServerTimeout', 503),
  })),
  reorder: (_, random) => ({ sendAfter: random.next() * 2000, answerAfter: random.next() * 2000 }),
  death: (_, random) => ({
    sendAfter: random.next() * 500,
    answerAfter: random.next() * 500,
    death: random.next() < 0.5 ? 'before' : 'after',
  }),
  'etag-conflict': ({ port, method }, random) => {
    const effect = random.next() < 0.5;
    if (port === 'planner' && method === 'save') return { effect, alter: () => undefined };
    return port === 'pools' && method === 'write' ? { effect, alter: () => false } : undefined;
  },
  'store-down': ({ port, method }, random) =>
    TABLES.has(port)
      ? { effect: STORE_WRITES.test(method) && random.next() < 0.3, error: refusal('ServerBusy', 503) }
      : undefined,
  'ledger-unreadable': ({ port, method }, random) =>
    port === 'ledger' || port === 'rollouts'
      ? {
          effect: (method === 'append' || method === 'write') && random.next() < 0.3,
          error: refusal('ServerBusy', 503),
        }
      : undefined,
  'lock-lost': ({ port }, random) => {
    if (!TABLES.has(port) && port !== 'ledger' && port !== 'rollouts') return undefined;
    const hangs = 61_000 + random.next() * 30_000;
    return random.next() < 0.5 ? { sendAfter: hangs } : { answerAfter: hangs };
  },
  'trigger-lost': onTrigger(() => ({ effect: false, error: network() })),
  'trigger-doubled': onTrigger((random) => ({ again: random.next() * 10_000 })),
  'trigger-late': onTrigger((random) => ({ detached: random.next() * 60_000 })),
  'depth-failed': ({ port, args: [signals] }) => {
    const busy = refusal('ServerBusy', 503);
    const failed: SignalAnswer = { status: 'failed', failure: classify(busy, 'read') };
    const all = (): boolean => true;
    if (port === 'signals') return onSignals(signals, all, () => failed);
    return port === 'queueDepths' || port === 'logQueries' ? { effect: false, error: busy } : undefined;
  },
  // Neither strikes metrics and logs: what they say is late, and true.
  'depth-stale': onDepths(
    (_, now) => now - 5 * 60_000,
    ({ metric, log }) => (metric ?? log) === undefined,
  ),
  'depth-zero': onDepths(
    (at) => at,
    ({ queue, subscription }) => (queue ?? subscription) !== undefined,
  ),
  'region-loss': (call, _, fault) => (call.region === fault.region ? { effect: false, error: network() } : undefined),
  'revision-refused': ({ port, method, args: [request] }, _, { workload }) =>
    port === 'containerGroups' && method === 'create' && workloadOf(request) === workload
      ? { effect: false, error: refusal('InaccessibleImage', 400) }
      : undefined,
  'never-pulls': ({ port, method }) =>
    port === 'containerGroups' && (method === 'create' || method === 'start') ? { stall: true } : undefined,
};
