// Every call of a port is a point at which faults decide: when it has its effect, if at all, when the caller knows, and
// whether the caller's process lives to see it. Without a fault the call is simply made, at once.

import { classify } from '../../../shared/azure/classify.ts';
import type { QueueDepth, Reading } from '../../../shared/ports/demand.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import type { SignalAnswer } from '../../../shared/ports/signals.ts';
import type { Clock } from '../../local/clock.ts';
import { seeded, type Random } from '../../local/random.ts';
import { CALL_FAULTS, isArmWrite, type Call, type Verdict } from '../faults/call-faults.ts';
import type { Fault, FaultKind } from '../faults/kinds.ts';
import type { Watch } from '../promises/check.ts';

/** A process of the controller; what it has not sent when it ends is never sent. */
export interface Living {
  alive: boolean;
}

export interface Caller {
  process: Living;
  /** Undefined for timers and polls. */
  watch?: Watch | undefined;
}

export interface CallOptions {
  clock: Clock;
  seed: number;
  regionOf: (call: Omit<Call, 'region'>) => string | undefined;
  before: (call: Call, watch: Watch | undefined) => void;
  after: (call: Call, watch: Watch | undefined) => void;
  /** The image of a group that was just made never comes. */
  stall: (call: Call) => void;
  kill: (process: Living) => void;
  struck: (kind: FaultKind) => void;
  tell: (line: () => string) => void;
}

interface Active {
  fault: Fault;
  random: Random;
}

const READS_OF_DEMAND_AND_CAPACITY = new Set([
  'queueDepths.read',
  'logQueries.number',
  'containerGroups.list',
  'scaleSets.read',
]);

export class PortCalls {
  readonly #options: CallOptions;
  #active: Active[] = [];

  constructor(options: CallOptions) {
    this.#options = options;
  }

  begin(fault: Fault): void {
    if (!CALL_FAULTS[fault.kind]) return;
    this.#active.push({ fault, random: seeded(this.#options.seed * 4093 + fault.id) });
  }

  end(fault: Fault): void {
    this.#active = this.#active.filter((active) => active.fault !== fault);
  }

  call<T>(
    caller: Caller,
    port: Call['port'],
    method: string,
    run: () => Promise<T>,
    args: readonly unknown[],
  ): Promise<T> {
    const call: Call = { port, method, args, region: this.#options.regionOf({ port, method, args }) };
    const verdict = this.#active.length > 0 ? this.#verdict(call) : undefined;
    if (!verdict) return this.#effect(call, caller, run);
    const { tell, clock } = this.#options;
    tell(() => `  ${describe(call)}: ${wordsOf(verdict)}`);
    if (caller.watch && verdict.error && READS_OF_DEMAND_AND_CAPACITY.has(`${port}.${method}`)) {
      caller.watch.blind.push(`${port}.${method} failed`);
    }
    if (verdict.detached !== undefined) {
      clock.at(clock.now() + verdict.detached, () => void run());
      return Promise.resolve(undefined as T);
    }
    return this.#delayed(call, caller, run, verdict);
  }

  #delayed<T>(call: Call, caller: Caller, run: () => Promise<T>, verdict: Verdict): Promise<T> {
    const { clock, kill } = this.#options;
    return new Promise<T>((resolve, reject) => {
      const send = (): void => {
        const { process } = caller;
        // A write whose answer is lost was on its way already.
        if (!process.alive && !verdict.error) return;
        if (verdict.death === 'before') return kill(process);
        const none = Promise.resolve(undefined as T);
        const answer = verdict.effect === false ? none : this.#effect(call, caller, run);
        answer.catch(() => {});
        if (verdict.stall) this.#options.stall(call);
        if (verdict.again !== undefined) clock.at(clock.now() + verdict.again, () => void run());
        const tellCaller = (): void => {
          if (!process.alive) return;
          if (verdict.death === 'after') return kill(process);
          if (verdict.error) return fail(call, verdict.error, resolve, reject);
          const { alter } = verdict;
          answer.then((value) => resolve(alter ? this.#altered(alter, value, caller) : value), reject);
        };
        if (verdict.answerAfter === undefined) tellCaller();
        else clock.at(clock.now() + verdict.answerAfter, tellCaller);
      };
      if (verdict.sendAfter === undefined) send();
      else clock.at(clock.now() + verdict.sendAfter, send);
    });
  }

  #altered<T>(alter: NonNullable<Verdict['alter']>, value: T, { watch }: Caller): T {
    const altered = alter(value, this.#options.clock.now()) as T;
    if (watch && value instanceof Map && !within(value, altered as typeof value)) {
      watch.blind.push('the depth of the queue was not true');
    }
    if (watch && Array.isArray(value) && !asRead(value, altered as typeof value)) {
      watch.blind.push('a signal was not true');
    }
    return altered;
  }

  #effect<T>(call: Call, { watch }: Caller, run: () => Promise<T>): Promise<T> {
    if (!isArmWrite(call)) return run();
    const { before, after, tell } = this.#options;
    before(call, watch);
    // The model does its work before this returns; only the answer comes later.
    const answer = run();
    tell(() => `  ${describe(call)}`);
    after(call, watch);
    return answer;
  }

  #verdict(call: Call): Verdict | undefined {
    let verdict: Verdict | undefined;
    for (const { fault, random } of this.#active) {
      if (fault.share < 1 && random.next() >= fault.share) continue;
      const strike = CALL_FAULTS[fault.kind]?.(call, random, fault);
      if (!strike) continue;
      this.#options.struck(fault.kind);
      verdict = Object.assign(strike, verdict);
    }
    return verdict;
  }
}

/** A queue with a message or two is empty at many moments: a zero in place of them contradicts nothing. */
const BY_CHANCE = 2;

function within(truth: Map<string, Reading<QueueDepth>>, told: Map<string, Reading<QueueDepth>>): boolean {
  return [...truth].every(([key, { value, at }]) => {
    const reading = told.get(key);
    return reading?.at === at && Math.abs(reading.value.active - value.active) <= BY_CHANCE;
  });
}

const asRead = (truth: SignalAnswer[], told: SignalAnswer[]): boolean =>
  truth.every((answer, index) => {
    const other = told[index];
    if (answer.status === 'failed' || other?.status !== 'read') return other?.status === answer.status;
    return other.at === answer.at && Math.abs(other.value.value - answer.value.value) <= BY_CHANCE;
  });

/** Writes to Azure return what became of them, everything else throws: see the ports. */
function fail(call: Call, error: Error, resolve: (value: never) => void, reject: (error: Error) => void): void {
  if (isArmWrite(call)) resolve({ status: 'failed', failure: classify(error, 'write') } as never);
  else reject(new AzureFailure(`Calling ${call.port}.${call.method}`, classify(error, 'read'), error));
}

function describe({ port, method, args }: Call): string {
  const told = args.map((arg) => {
    if (typeof arg === 'string' || typeof arg === 'number') return String(arg).split('/').at(-1);
    return (arg as { name?: string } | undefined)?.name;
  });
  return `${port}.${method}(${told.filter((text) => text !== undefined).join(', ')})`;
}

function wordsOf({ effect, error, death, sendAfter, answerAfter, again, detached, alter, stall }: Verdict): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const words = [
    death && `the process ends ${death} it`,
    error && `${error.code}${effect === false ? '' : ', yet it has its effect'}`,
    sendAfter !== undefined && `sent after ${seconds(sendAfter)}`,
    answerAfter !== undefined && `answered after ${seconds(answerAfter)}`,
    again !== undefined && `once more after ${seconds(again)}`,
    detached !== undefined && `takes effect after ${seconds(detached)}`,
    alter && 'its answer is not the true one',
    stall && 'the image never comes',
  ];
  return words.filter((word) => typeof word === 'string').join(', ');
}
