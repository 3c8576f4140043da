// What a policy is: something that looks at the world at its own times and changes what runs. Peers and Spillway drive the
// same world, through the same limits of Azure.

import type { Scale } from './trace.ts';
import type { Sight } from './world/world.ts';

export interface Policy {
  /** Looks and acts; returns the second at which it wants to look next, later than now. */
  act(world: Sight): number;
}

/** A kind of policy, and the two knobs of it that a user would turn. */
export interface PolicyKind {
  name: string;
  /** Values by knob: the first is the documented default. */
  knobs: Record<string, readonly number[]>;
  /** The knob whose default is the wait that the workload allows, where one is. */
  waitKnob?: string;
  make(knobs: Record<string, number>, scale: Scale): Policy;
}
