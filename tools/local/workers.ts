// The replicas of the demo's workload: each takes one message at a time from the queue, under a lock, works on it for a
// while of simulated time, and completes it. They live and die with the containers and machines of the local Azure. A
// replica that dies while busy leaves its message locked, so that it is delivered again when the lock ends.
//
// Every replica keeps the drain contract: it polls, says whether it is busy, and stops taking messages when told to.

import type { AzureModel } from './azure/azure.ts';
import type { ScaleSet } from './azure/scale-set.ts';
import type { ReplicaChange } from './azure/world.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import type { Queue } from './servicebus/queue.ts';
import type { Delivery } from './servicebus/message.ts';

/** Asks whether to serve on; undefined when nobody answered, which means to go on as before. */
export type Poll = (replica: string, busy: boolean) => Promise<'serve' | 'drain' | undefined>;

export interface WorkersOptions {
  clock: Clock;
  queue: Queue;
  random: Random;
  /** Mean seconds of work per message. */
  secondsPerMessage: number;
  replicasPerInstance: number;
  poll: Poll;
  /** Called for each message that was worked off, with the seconds it waited before its work began. */
  onDone: (waitedSeconds: number) => void;
}

const POLL_MS = 20_000;

/** One container group or one instance, with its replicas. */
class Unit {
  readonly #options: WorkersOptions;
  readonly #name: string;
  #busy = 0;
  #alive = true;
  #draining = false;
  /** Replicas that take nothing because the unit drains. */
  #idle = 0;
  #waiting = new Set<() => void>();
  #timers = new Set<() => void>();

  constructor(name: string, replicas: number, options: WorkersOptions) {
    this.#name = name;
    this.#options = options;
    for (let index = 0; index < replicas; index++) this.#take();
    this.#later(options.random.next() * POLL_MS, () => this.#poll());
  }

  get busy(): number {
    return this.#busy;
  }

  die(): void {
    this.#alive = false;
    for (const cancel of [...this.#waiting, ...this.#timers]) cancel();
  }

  #take(): void {
    if (!this.#alive) return;
    if (this.#draining) {
      this.#idle++;
      if (this.#busy === 0) this.#poll();
      return;
    }
    let cancel = (): void => {};
    let taken = false;
    cancel = this.#options.queue.whenAvailable((delivery) => {
      taken = true;
      this.#waiting.delete(cancel);
      this.#work(delivery);
    });
    if (!taken) this.#waiting.add(cancel);
  }

  #work(delivery: Delivery): void {
    const { clock, random, secondsPerMessage, queue, onDone } = this.#options;
    const waited = (clock.now() - delivery.message.enqueuedAt) / 1000;
    this.#busy++;
    this.#later(secondsPerMessage * 1000 * (0.5 + random.next()), () => {
      this.#busy--;
      queue.complete(delivery);
      onDone(waited);
      this.#take();
    });
  }

  #poll(): void {
    const release = this.#options.clock.hold();
    void this.#options
      .poll(this.#name, this.#busy > 0)
      .then((told) => told && this.#told(told))
      .finally(release);
    this.#later(POLL_MS, () => this.#poll());
  }

  #told(told: 'serve' | 'drain'): void {
    if (!this.#alive || (told === 'drain') === this.#draining) return;
    this.#draining = told === 'drain';
    if (this.#draining) {
      this.#idle += this.#waiting.size;
      for (const cancel of this.#waiting) cancel();
      this.#waiting.clear();
      if (this.#busy === 0) this.#poll();
      return;
    }
    const resting = this.#idle;
    this.#idle = 0;
    for (let index = 0; index < resting; index++) this.#take();
  }

  #later(milliseconds: number, run: () => void): void {
    const { clock } = this.#options;
    const cancel = clock.at(clock.now() + milliseconds, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }
}

export class Workers {
  readonly #options: WorkersOptions;
  readonly #units = new Map<string, { unit: Unit; replicas: number }>();
  /** Replicas that died while they worked on a message. */
  killedBusy = 0;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** Replicas that run now. */
  get replicas(): number {
    return [...this.#units.values()].reduce((sum, { replicas }) => sum + replicas, 0);
  }

  /** Follows the containers and machines of a local Azure, from the instances on that run already. */
  follow(model: AzureModel, scaleSet: ScaleSet): void {
    for (const instance of scaleSet.instances.values()) {
      if (instance.state === 'running') this.#start('instance', scaleSet.pathOf(instance));
    }
    model.onReplicaChange(({ kind, id, running }) => {
      if (running) this.#start(kind, id);
      else this.#stop(id);
    });
  }

  #stop(id: string): void {
    const known = this.#units.get(id);
    if (!known) return;
    this.killedBusy += known.unit.busy;
    known.unit.die();
    this.#units.delete(id);
  }

  #start(kind: ReplicaChange['kind'], id: string): void {
    if (this.#units.has(id)) return;
    const replicas = kind === 'group' ? 1 : this.#options.replicasPerInstance;
    const name = id.slice(id.lastIndexOf('/') + 1);
    this.#units.set(id, { unit: new Unit(name, replicas, this.#options), replicas });
  }
}
