// The frame of a peer: it decides at its own period, and what it asked for is brought about in between.

import type { Policy } from '../policy.ts';
import type { Sight } from '../world/world.ts';
import { GroupFleet } from './group-fleet.ts';
import { MachineFleet } from './machine-fleet.ts';

/** Seconds between two looks of the controller that brings about what was asked for. */
const RECONCILE_SECONDS = 5;

/** A peer that asks for container groups or for machines. `decide` gets how many it asked for last. */
export class Peer implements Policy {
  readonly #fleet: GroupFleet | MachineFleet;
  readonly #period: number;
  readonly #decide: (world: Sight, asked: number) => number;
  #asked: number;
  #decideAt = 0;

  constructor(
    what: 'groups' | 'machines',
    first: number,
    periodSeconds: number,
    decide: (world: Sight, asked: number) => number,
  ) {
    this.#fleet = what === 'groups' ? new GroupFleet() : new MachineFleet();
    this.#asked = first;
    this.#period = periodSeconds;
    this.#decide = decide;
  }

  act(world: Sight): number {
    if (world.now >= this.#decideAt) {
      this.#asked = this.#decide(world, this.#asked);
      this.#decideAt = world.now + this.#period;
    }
    this.#fleet.reconcile(world, this.#asked);
    return Math.min(this.#decideAt, world.now + RECONCILE_SECONDS);
  }
}
