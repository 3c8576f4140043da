// The fault plan: what goes wrong, for what share of the calls, and when. Seeded, so a run repeats exactly.

import { z } from 'zod';
import { type Clock } from '../clock.ts';
import { type Random } from '../random.ts';

const share = z.number().min(0).max(1);

const rule = z.strictObject({
  /** `dropAnswer`: the effect happens, then the connection ends. `dropRequest`: the connection ends, no effect. */
  fault: z.enum(['429', '409', '500', '503', 'dropAnswer', 'dropRequest']),
  calls: z.enum(['all', 'reads', 'writes']).default('all'),
  share: share.default(1),
  /** Simulated milliseconds since the epoch; open when left out. */
  from: z.number().optional(),
  to: z.number().optional(),
  /** Seconds, for 429 and 503. */
  retryAfter: z.number().optional(),
});

/** What `POST /control/faults` takes. */
export const faultPlan = z.strictObject({
  rules: z.array(rule).default([]),
  /** Seconds a list may be behind the truth: from 0 to this, uniform. */
  listLagSeconds: z.number().min(0).default(15),
  /** Share of deleted groups that stay as Deleting for up to 90 s, as groups in a virtual network were seen to do. */
  lingerShare: share.default(0),
});

export type FaultRule = z.infer<typeof rule>;
/** A plan as it is written: every field may be left out. */
export type FaultPlanInput = z.input<typeof faultPlan>;
type FaultPlan = z.infer<typeof faultPlan>;

export class Faults {
  #clock: Clock;
  #random: Random;
  #plan: FaultPlan = faultPlan.parse({});
  #initial: FaultPlan;
  #holes = new Map<string, number>();

  constructor(clock: Clock, random: Random, initial: FaultPlanInput = {}) {
    this.#clock = clock;
    this.#random = random;
    this.#initial = faultPlan.parse(initial);
    this.clear();
  }

  /** Replaces the plan. Throws when it is not one. */
  set(plan: FaultPlanInput): void {
    this.#plan = faultPlan.parse(plan);
  }

  /** Back to the plan the world began with, and capacity everywhere. */
  clear(): void {
    this.#plan = this.#initial;
    this.#holes.clear();
  }

  /** A region without capacity for new groups until `until` (simulated ms); a time in the past ends it. */
  capacityHole(region: string, until = Number.POSITIVE_INFINITY): void {
    this.#holes.set(region, until);
  }

  withoutCapacity(region: string): boolean {
    return (this.#holes.get(region) ?? 0) > this.#clock.now();
  }

  listLagMilliseconds(): number {
    return this.#random.next() * this.#plan.listLagSeconds * 1000;
  }

  lingerMilliseconds(): number {
    return this.#random.next() < this.#plan.lingerShare ? 90_000 * this.#random.next() : 0;
  }

  /** The fault that hits this call, if one does. */
  strike(kind: 'reads' | 'writes', path: string): FaultRule | undefined {
    const now = this.#clock.now();
    return this.#plan.rules.find(
      ({ fault, calls, share, from, to }) =>
        (calls === 'all' || calls === kind) &&
        (fault !== '409' || (kind === 'writes' && /containerGroups/i.test(path))) &&
        now >= (from ?? 0) &&
        now < (to ?? Number.POSITIVE_INFINITY) &&
        this.#random.next() < share,
    );
  }
}
