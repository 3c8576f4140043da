// The replicas of one simulated workload: container groups and instances of its scale set. They live and die with those,
// take messages from the fluid queue, and, where the workload keeps the drain contract, poll as a real worker does: each
// 20 s, at once when told to drain, and at once when the last message is done.

import type { ReplicaChange } from '../../local/azure/world.ts';
import type { Clock } from '../../local/clock.ts';
import type { Random } from '../../local/random.ts';
import type { Poll } from '../../local/workers.ts';
import type { FluidQueue } from './fluid-queue.ts';

export const POLL_MS = 20_000;

export interface ReplicasOptions {
  clock: Clock;
  random: Random;
  queue: FluidQueue;
  replicasPerInstance: number;
  /** Undefined for replicas that take no part in the drain contract. */
  poll: Poll | undefined;
  /** Longest work on one message, seconds. */
  longestWork: number;
  /** Of replicas that end by themselves: their longest life in seconds, and what ends one. */
  longestLife?: number | undefined;
  end?: ((name: string) => void) | undefined;
}

interface Unit {
  name: string;
  replicas: number;
  spoils: boolean;
  since: number;
  told: 'serve' | 'drain';
  /** While it drains: when its last message is done. */
  busyUntil: number;
  cancel: () => void;
}

export class Replicas {
  readonly #options: ReplicasOptions;
  /** By resource id in lower case. */
  readonly #units = new Map<string, Unit>();

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** `spoils`: it turns what it takes into dead letters. */
  changed({ kind, id, name, running }: Pick<ReplicaChange, 'kind' | 'id' | 'name' | 'running'>, spoils = false): void {
    const known = this.#units.get(id);
    if (running === (known !== undefined)) return;
    if (known) {
      known.cancel();
      this.#units.delete(id);
    } else {
      const { clock, random, replicasPerInstance } = this.#options;
      // A scale set's instance polls under its id, which is the last part of the path.
      const spoken = kind === 'group' ? name : id.slice(id.lastIndexOf('/') + 1);
      const replicas = kind === 'group' ? 1 : replicasPerInstance;
      const begins = { since: clock.now(), told: 'serve', busyUntil: 0, cancel: () => {} } as const;
      const unit: Unit = { name: spoken, replicas, spoils, ...begins };
      this.#units.set(id, unit);
      if (this.#options.poll) this.#pollIn(id, unit, random.next() * POLL_MS);
      this.#endsAfterItsLife(id, unit);
    }
    this.#count();
  }

  #endsAfterItsLife(id: string, unit: Unit): void {
    const { clock, random, longestLife, end } = this.#options;
    if (longestLife === undefined) return;
    clock.at(clock.now() + (0.2 + 0.8 * random.next()) * longestLife * 1000, () => {
      if (this.#units.get(id) === unit) end?.(unit.name);
    });
  }

  /** Since when it runs; undefined when it does not. */
  runsSince(id: string): number | undefined {
    return this.#units.get(id)?.since;
  }

  /** Whether it may be at work: until it has heard that it drains it takes messages whenever there are some. */
  busy(id: string): boolean {
    const unit = this.#units.get(id);
    if (!unit) return false;
    const { queue, clock } = this.#options;
    return unit.told === 'serve' ? queue.busyShare() > 0.1 : clock.now() < unit.busyUntil;
  }

  /** Whether it has heard that it drains. */
  told(id: string): boolean {
    return this.#units.get(id)?.told === 'drain';
  }

  /** Replicas that run, without those of units that are left out by name. */
  serving(without: (name: string) => boolean): number {
    const units = [...this.#units.values()].filter(({ name }) => !without(name));
    return units.reduce((sum, { replicas }) => sum + replicas, 0);
  }

  #count(): void {
    let serving = 0;
    let spoiling = 0;
    for (const { told, replicas, spoils } of this.#units.values()) {
      if (told !== 'serve') continue;
      serving += replicas;
      if (spoils) spoiling += replicas;
    }
    this.#options.queue.setReplicas(serving, spoiling);
  }

  #pollIn(id: string, unit: Unit, milliseconds: number): void {
    const { clock } = this.#options;
    unit.cancel();
    unit.cancel = clock.at(clock.now() + milliseconds, () => this.#poll(id, unit));
  }

  #poll(id: string, unit: Unit): void {
    const { poll, random, queue, clock } = this.#options;
    // A unit of many replicas is busy while one of them is.
    const working = 1 - (1 - queue.busyShare()) ** unit.replicas;
    const busy = unit.told === 'serve' ? random.next() < working : clock.now() < unit.busyUntil;
    this.#pollIn(id, unit, POLL_MS);
    void poll?.(unit.name, busy).then((told) => {
      if (told && told !== unit.told && this.#units.get(id) === unit) this.#told(id, unit, told, busy);
    });
  }

  #told(id: string, unit: Unit, told: Unit['told'], busy: boolean): void {
    const { clock, random, longestWork } = this.#options;
    unit.told = told;
    this.#count();
    if (told === 'serve') return;
    unit.busyUntil = busy ? clock.now() + random.next() * longestWork * 1000 : clock.now();
    this.#pollIn(id, unit, Math.min(POLL_MS, unit.busyUntil - clock.now()));
  }
}
