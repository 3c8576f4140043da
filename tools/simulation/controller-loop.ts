// Drives the controller as the Functions app does: the timers of the probe, the heartbeat and the sweeper, and the
// messages of the evaluations queue, one evaluation of a workload at a time. The clock stands still while any of them
// works. Not modelled: cold starts, and sessions that stay with an instance while they are idle.

import type { Context } from '../../shared/controller/context.ts';
import { pollReplica } from '../../shared/controller/drain-contract.ts';
import { evaluate, type Evaluated } from '../../shared/controller/evaluate.ts';
import { sweep } from '../../shared/controller/sweep.ts';
import { heartbeat, probe } from '../../shared/controller/wake.ts';
import { AzureFailure } from '../../shared/ports/errors.ts';
import type { Clock } from '../local/clock.ts';
import { refusal } from '../local/servicebus/fault.ts';
import type { SessionLock, StoredMessage } from '../local/servicebus/message.ts';
import type { Queue } from '../local/servicebus/queue.ts';
import type { Poll } from '../local/workers.ts';
import type { EvaluationBody } from './memory-evaluations.ts';

export interface LoopOptions {
  clock: Clock;
  evaluations: Queue;
  /** Read at every step, so that a simulation may declare other workloads meanwhile. */
  context: Context;
  /** In place of the real one, which is the default: to watch evaluations, or to break one on purpose. */
  evaluate?: typeof evaluate | undefined;
  /** Called after each message of the queue. */
  onEvaluated?: ((evaluated: Evaluated, workload: string) => void) | undefined;
}

// The schedules of the deployed timers: each 5 s, each full minute, and half a minute after each second full minute.
const PROBE = { period: 5_000, offset: 0 };
const HEARTBEAT = { period: 60_000, offset: 0 };
const SWEEP = { period: 120_000, offset: 30_000 };

export class ControllerLoop {
  readonly #options: LoopOptions;
  readonly #cancels = new Map<string, () => void>();
  #running = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    const { context } = this.#options;
    this.#every('probe', PROBE, () => probe(context));
    this.#every('heartbeat', HEARTBEAT, () => heartbeat(context));
    this.#every('sweep', SWEEP, () => sweep(context));
    this.#acceptSession();
  }

  /** The app stops: what waits in the queue stays there. `start` goes on with it. */
  stop(): void {
    this.#running = false;
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }

  /** What replicas of the workload ask of the app; nobody answers while it is stopped or a store is out of reach. */
  poll(workload: string): Poll {
    return async (replica, busy) => {
      if (!this.#running) return undefined;
      try {
        return (await pollReplica(this.#options.context, workload, replica, { busy }))?.state;
      } catch (error) {
        if (error instanceof AzureFailure) return undefined;
        throw error;
      }
    };
  }

  #every(name: string, { period, offset }: typeof PROBE, run: () => Promise<unknown>): void {
    const { clock } = this.#options;
    const due = (Math.floor((clock.now() - offset) / period) + 1) * period + offset;
    const cancel = clock.at(due, () => {
      void this.#work(name, run);
      this.#every(name, { period, offset }, run);
    });
    this.#cancels.set(name, cancel);
  }

  async #work(name: string, run: () => Promise<unknown>): Promise<void> {
    const { clock, context } = this.#options;
    const release = clock.hold();
    try {
      await run();
    } catch (error) {
      // The host logs a function that failed, and its timer calls it again. Any other error is a defect and surfaces.
      if (!(error instanceof AzureFailure)) throw error;
      context.log.warn('function-failed', { name, message: error.message });
    } finally {
      release();
    }
  }

  #acceptSession(): void {
    const cancel = this.#options.evaluations.whenSessionAvailable((session) => {
      void this.#work('evaluate', () => this.#serve(session));
    }, this);
    this.#cancels.set('session', cancel);
  }

  async #serve(session: SessionLock): Promise<void> {
    const { evaluations } = this.#options;
    // Not within the queue's own call: it is still handing out.
    await Promise.resolve();
    if (this.#running) this.#acceptSession();
    let delivery = this.#running ? evaluations.receive(this, session) : undefined;
    try {
      while (delivery) {
        await this.#evaluate(delivery.message);
        evaluations.complete(delivery);
        delivery = this.#running ? evaluations.receive(this, session) : undefined;
      }
      evaluations.releaseSession(session);
    } catch (error) {
      // The lock ran out meanwhile: another receiver has the session, and the message is delivered again.
      refusal(error);
    }
  }

  async #evaluate({ body, enqueuedAt, deliveryCount }: StoredMessage): Promise<void> {
    const { clock, context, onEvaluated, evaluate: evaluateWith = evaluate } = this.#options;
    const { workload, trigger, attempt } = body as EvaluationBody;
    // As the function does: a redelivered message is not taken for answered.
    const request = { workload, trigger, attempt, enqueuedAt: deliveryCount > 1 ? clock.now() : enqueuedAt };
    const evaluated = await evaluateWith(context, request);
    onEvaluated?.(evaluated, workload);
  }
}
