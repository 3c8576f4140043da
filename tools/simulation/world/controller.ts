// The controller as a process that may end between any two calls and begin again with nothing but the stores. It is the
// real code on the real loop; what is added is that each evaluation has an observer.

import type { Context } from '../../../shared/controller/context.ts';
import { evaluate, type Evaluated, type EvaluationRequest } from '../../../shared/controller/evaluate.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import type { Clock } from '../../local/clock.ts';
import type { Random } from '../../local/random.ts';
import type { Queue } from '../../local/servicebus/queue.ts';
import type { Poll } from '../../local/workers.ts';
import { ControllerLoop } from '../controller-loop.ts';
import { intercepted } from '../memory-ports.ts';
import type { Watch } from '../promises/check.ts';
import type { Variant } from '../variant.ts';
import { SECRET } from './declare.ts';
import type { Caller, Living, PortCalls } from './port-calls.ts';

export interface ControllerOptions {
  clock: Clock;
  random: Random;
  /** Ports without any fault. */
  ports: Ports;
  calls: PortCalls;
  evaluations: Queue;
  deployment: Context['deployment'];
  declared: () => Workload[];
  variant: Variant;
  /** No process is gone for longer than until then. */
  quietFrom: number;
  onEvaluated: (evaluated: Evaluated, watch: Watch) => void;
  tell: (line: () => string) => void;
}

interface Process extends Living {
  context: Context;
  loop: ControllerLoop;
}

export class Controller {
  readonly #options: ControllerOptions;
  /** Without any fault, with the time that the controller takes it for. */
  readonly #ports: Ports;
  #process: Process | undefined;
  #shift = 0;
  /** When a process last began. */
  upSince = Infinity;
  /** When each process began. */
  readonly starts: number[] = [];

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#ports = { ...options.ports, clock: { now: () => this.now() } };
  }

  now(): number {
    return this.#options.clock.now() + this.#shift;
  }

  shiftClock(milliseconds: number): void {
    this.#shift += milliseconds;
  }

  /** What the use cases of the process that runs now are given; undefined while none runs. */
  get context(): Context | undefined {
    return this.#process?.context;
  }

  start(): void {
    const { clock, evaluations, tell } = this.#options;
    const process = { alive: true } as Process;
    process.context = this.#contextOf(process);
    process.loop = new ControllerLoop({
      clock,
      evaluations,
      context: process.context,
      evaluate: (_, request) => this.#evaluate(process, request),
    });
    this.#process = process;
    this.upSince = clock.now();
    this.starts.push(this.upSince);
    process.loop.start();
    tell(() => 'the controller starts');
  }

  /** Ends a process at once. Another one starts within seconds or, rarely, only after a long time. */
  kill(process: Living): void {
    const { clock, random, quietFrom, tell } = this.#options;
    if (!process.alive || this.#process !== process) return;
    process.alive = false;
    this.#process.loop.stop();
    this.#process = undefined;
    this.upSince = Infinity;
    const gone = random.next() < 0.8 ? random.exponential(20_000) : random.exponential(1_200_000);
    tell(() => `the controller ends, for ${Math.round(gone / 1000)} s`);
    clock.at(Math.max(clock.now(), Math.min(clock.now() + gone, quietFrom)), () => this.start());
  }

  /** After a change of what is declared. */
  reload(): void {
    const { context } = this;
    if (context) Object.assign(context, this.#declared());
  }

  poll(workload: string): Poll {
    return async (replica, busy) => this.#process?.loop.poll(workload)(replica, busy);
  }

  /** An evaluation that no session guards, as after a lock that was lost. */
  evaluateToo(workload: string): boolean {
    const process = this.#process;
    if (!process) return false;
    void this.#evaluate(process, { workload, trigger: 'second-writer', enqueuedAt: this.now(), attempt: 0 });
    return true;
  }

  #declared(): Pick<Context, 'workloads' | 'declared'> {
    const { variant, declared } = this.#options;
    const workloads = declared();
    return {
      workloads: workloads.map(variant.workload ?? ((workload) => workload)),
      declared: workloads.map(({ name }) => name),
    };
  }

  #contextOf(process: Process): Context {
    const { deployment } = this.#options;
    return {
      ports: this.#portsFor({ process }),
      deployment,
      ...this.#declared(),
      secrets: () => ({ SETTING: SECRET }),
      replicas: { easyAuth: false },
      log: { info: () => {}, warn: () => {} },
    };
  }

  #portsFor(caller: Caller): Ports {
    const { calls, variant } = this.#options;
    const told = intercepted(this.#ports, (port, method, run, args) => calls.call(caller, port, method, run, args));
    return variant.ports ? variant.ports(told) : told;
  }

  async #evaluate(process: Process, request: EvaluationRequest): Promise<Evaluated> {
    const { clock, variant, onEvaluated } = this.#options;
    const watch: Watch = { workload: request.workload, startedAt: clock.now(), blind: [], removed: [], writes: 0 };
    const context = { ...process.context, ports: this.#portsFor({ process, watch }) };
    const evaluated = await (variant.evaluate ?? evaluate)(context, request);
    if (process.alive) onEvaluated(evaluated, watch);
    return evaluated;
  }
}
