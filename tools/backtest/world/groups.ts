// Container groups of one region. A group bills from the moment its create is accepted until it is stopped or deleted, by
// the second. Its start time is drawn: log-normal, median 30 s, one in twenty beyond 75 s, between 10 and 120 s, as
// observed for images of usual size. One create in a hundred is refused for want of capacity, one ends as failed.
//
//   create ─> starting ─> serving ─(told to drain)─> leaving ─(stop)─> stopped ─(delete)─> gone
//                ^────────────────────────(start)────────────────────────┘
//                └─> failed (bills until deleted)

import type { Random } from '../../local/random.ts';
import { WriteBudget, type Left } from './budget.ts';
import type { StandbyPool } from './standby-pool.ts';

/** Quota of a region, the most that Azure allows without asking; and instances of the scale set. */
export const QUOTA = { groups: 100, cores: 100, instances: 30 };

const REFUSED = 0.01;
const FAILED = 0.01;
const START = { median: 30, p95: 75, least: 10, most: 120 };

export interface Group {
  name: string;
  ordinal: number;
  location: string;
  tags: Record<string, string>;
  createdAt: number;
  /** When it serves, or ends as failed. */
  readyAt: number;
  fails: boolean;
  /** When its replica learnt that it should take no more work. */
  toldAt: number;
  /** Infinity while it bills. */
  stoppedAt: number;
}

type Wanted = Pick<Group, 'name' | 'ordinal' | 'location' | 'tags'>;

export type CreateRefusal = 'quota' | 'throttled' | 'no-capacity' | 'exists';

export interface Draw {
  start: number;
  outcome: 'serves' | 'fails' | 'refused';
}

export class Groups {
  readonly byName = new Map<string, Group>();
  readonly #random: Random;
  readonly #cores: number;
  #next: Draw;
  readonly creates = new WriteBudget();
  readonly deletes = new WriteBudget();
  /** Of a policy that has one. */
  pool: StandbyPool | undefined;

  constructor(random: Random, coresOfGroup: number) {
    this.#random = random;
    this.#cores = coresOfGroup;
    this.#next = this.#draw();
  }

  #draw(): Draw {
    const drawn = this.#random.logNormal(START.median, START.p95);
    const start = Math.round(Math.min(START.most, Math.max(START.least, drawn)));
    const luck = this.#random.next();
    return { start, outcome: luck < REFUSED ? 'refused' : luck < REFUSED + FAILED ? 'fails' : 'serves' };
  }

  /** What will become of the next create: for policies that know the future. */
  get next(): Draw {
    return this.#next;
  }

  /** `pooled`: taken from the standby pool, where one is ready. */
  create(wanted: Wanted, second: number, pooled = false): CreateRefusal | undefined {
    const { name } = wanted;
    if (this.byName.has(name)) return 'exists';
    if (this.count() >= QUOTA.groups || !this.#coresLeft()) return 'quota';
    if (!this.creates.take(second)) return 'throttled';
    return this.#deploy(wanted, second, pooled);
  }

  /** Starts a stopped group: a deployment like any other, for which there is no budget. */
  start(name: string, second: number): CreateRefusal | undefined {
    const group = this.byName.get(name);
    if (!group || group.stoppedAt === Infinity) return undefined;
    return this.#coresLeft() ? this.#deploy(group, second) : 'quota';
  }

  #deploy({ name, ordinal, location, tags }: Wanted, second: number, pooled = false): CreateRefusal | undefined {
    const { start, outcome } = this.#next;
    this.#next = this.#draw();
    const handover = pooled ? this.pool?.take(second, start) : undefined;
    if (handover === undefined && outcome === 'refused') return 'no-capacity';
    const [createdAt, readyAt, forever] = [second, second + (handover ?? start), Infinity];
    const fails = handover === undefined && outcome === 'fails';
    const times = { createdAt, readyAt, fails, toldAt: forever, stoppedAt: forever };
    this.byName.set(name, { name, ordinal, location, tags, ...times });
    return undefined;
  }

  stop(name: string, second: number): void {
    const group = this.byName.get(name);
    if (group && group.stoppedAt > second) group.stoppedAt = second;
  }

  /** False when the budget of deletes is spent. */
  delete(name: string, second: number): boolean {
    if (!this.byName.has(name)) return true;
    if (!this.deletes.take(second)) return false;
    this.byName.delete(name);
    return true;
  }

  /** All there are, those in the pool included. */
  count(): number {
    return this.byName.size + (this.pool?.size ?? 0);
  }

  billing(): number {
    let count = this.pool?.size ?? 0;
    for (const { stoppedAt } of this.byName.values()) if (stoppedAt === Infinity) count++;
    return count;
  }

  coresInUse(): number {
    return this.billing() * this.#cores;
  }

  #coresLeft(): boolean {
    return this.coresInUse() + this.#cores <= QUOTA.cores;
  }

  serving(second: number): number {
    let count = 0;
    for (const group of this.byName.values()) if (serves(group, second)) count++;
    return count;
  }

  /** The next second at which a group begins or ends to serve by itself. */
  nextChange(second: number): number {
    let next = Infinity;
    for (const { readyAt, toldAt } of this.byName.values()) {
      if (readyAt > second) next = Math.min(next, readyAt);
      if (toldAt > second) next = Math.min(next, toldAt);
    }
    return next;
  }

  createsLeft(second: number): Left {
    return this.creates.left(second);
  }
}

export const serves = ({ readyAt, fails, toldAt, stoppedAt }: Group, second: number): boolean =>
  readyAt <= second && !fails && toldAt > second && stoppedAt > second;
