// The world that every policy is played in: one queue, replicas on container groups and on machines, a clock of seconds.
// Each second: replicas that begin or end to serve, arrivals, completions, the bill, what can be measured.
//
// A busy replica works off `rate` tasks a second. The depth counts what replicas hold as well, as Service Bus does. Time
// is whole seconds since the start of the script; what a policy may read of it is `Sight`.

import { seeded } from '../../local/random.ts';
import { rateAt, type Script } from '../trace.ts';
import { Groups } from './groups.ts';
import { History } from './history.ts';
import { Machines } from './machines.ts';
import { StandbyPool } from './standby-pool.ts';
import { Queue, WaitCounts } from './waits.ts';

/** Azure Monitor shows a minute 60 to 150 s after its end. */
const MINUTE_LATE_LEAST = 60;
const MINUTE_LATE_SPAN = 90;
/**
 * When in a second its arrivals begin, as a share of the time between two of them: another one in each second, evenly spread by
 * the golden ratio, because whoever looks does so at whole seconds, and would see what always arrives just before.
 */
const PHASE = (Math.sqrt(5) - 1) / 2;
/** Steps in which the work of one task is done: enough for what is in work to be arrivals times service time. */
const STEPS_PER_TASK = 4;

export interface MinuteMetric {
  /** First second of the minute. */
  minute: number;
  incoming: number;
  active: number;
}

/** What a policy may read. The true rate and the arrivals of the last minutes are not in it. */
export type Sight = Omit<
  World,
  'step' | 'script' | 'tally' | 'waits' | 'left' | 'workTaken' | 'served' | 'supply' | 'groupSeconds'
>;

/** Totals of a half of the scored part. */
export interface Tally {
  groupSeconds: number;
  instanceSeconds: number;
  /** Replicas started or ended, and seconds in which any was. */
  changes: number;
  actions: number;
  peakReplicas: number;
  /** Container groups without those of the standby pool, which no limit counts. */
  peakGroups: number;
  peakInstances: number;
}

const newTally = (): Tally => ({
  groupSeconds: 0,
  instanceSeconds: 0,
  changes: 0,
  actions: 0,
  peakReplicas: 0,
  peakGroups: 0,
  peakInstances: 0,
});

export class World {
  readonly script: Script;
  readonly groups: Groups;
  readonly machines: Machines;
  /** The second that is about to be played. */
  now = 0;
  /** By half of the scored part. */
  readonly waits: [WaitCounts, WaitCounts];
  /** What was left in the queue at the end, by the wait it had by then. */
  readonly left: [WaitCounts, WaitCounts];
  /** Replica-seconds of the work that replicas took, from the beginning to that of each half and to the end. */
  readonly workTaken = { 0: 0, 1: 0, end: 0 };
  readonly tally: [Tally, Tally] = [newTally(), newTally()];
  readonly #middle: number;
  readonly #queue: Queue;
  readonly #late: number;
  readonly #stepsPerSecond: number;
  #held = 0;
  #credit = 0;
  #serving = 0;
  #billing = 0;
  #changeAt = 0;
  #actedAt = -1;
  #over = false;
  readonly #depths: History;
  readonly #busy: History;
  readonly #capacity: History;
  readonly #incoming: History;
  /** Tasks completed. */
  served = 0;
  /** By minute: replicas in service and those paid for at its beginning, and the longest that a task has waited in it. */
  readonly supply: { serving: number[]; paid: number[]; waits: number[] } = { serving: [], paid: [], waits: [] };
  /** By minute, what container groups without the standby pool ran for. */
  readonly groupSeconds: number[] = [];

  constructor(script: Script) {
    const { arrivals, warmup, seed } = script;
    this.script = script;
    this.groups = new Groups(seeded(seed * 31 + 1), script.scale.replica.cpu);
    this.machines = new Machines(seeded(seed * 31 + 2), this.replicasPerInstance);
    this.#late = MINUTE_LATE_LEAST + Math.floor(seeded(seed * 31 + 3).next() * MINUTE_LATE_SPAN);
    const seconds = arrivals.length;
    this.#stepsPerSecond = Math.min(100, Math.ceil(STEPS_PER_TASK * script.scale.nominalRate));
    this.#middle = warmup + Math.floor((seconds - warmup) / 2);
    this.waits = [new WaitCounts(seconds), new WaitCounts(seconds)];
    this.left = [new WaitCounts(seconds), new WaitCounts(seconds)];
    const countsOf = (at: number): WaitCounts => (this.#over ? this.left : this.waits)[at < this.#middle ? 0 : 1];
    this.#queue = new Queue(arrivals, (at) => (at < warmup ? undefined : countsOf(at)));
    this.#depths = new History(seconds);
    this.#busy = new History(seconds);
    this.#capacity = new History(seconds);
    this.#incoming = new History(seconds);
  }

  get replicasPerInstance(): number {
    return this.script.scale.replicasPerInstance;
  }

  /** A policy has a standby pool of its own, and pays for it from then on. */
  openPool(size: number): void {
    this.groups.pool = new StandbyPool(size, seeded(this.script.seed * 31 + 4));
    this.changed(0);
  }

  /** Messages in the queue now, those in work included. */
  get depth(): number {
    return this.#held + this.#queue.waiting;
  }

  /** Replicas that serve. */
  get serving(): number {
    return this.#serving;
  }

  /** Mean depth over a window of past seconds; undefined before the first. */
  meanDepth(from: number, to: number): number | undefined {
    return this.#depths.mean(from, to);
  }

  /** Mean share of the serving replicas that was busy over a window; undefined when none served. */
  utilization(from: number, to: number): number | undefined {
    const capacity = this.#capacity.sum(from, to);
    return capacity > 0 ? this.#busy.sum(from, to) / capacity : undefined;
  }

  /** Full minutes since a second, as far as Azure Monitor shows them. */
  minutes(since: number): MinuteMetric[] {
    const shown: MinuteMetric[] = [];
    for (
      let minute = Math.max(0, Math.ceil(since / 60)) * 60;
      minute + 60 + this.#late <= this.now && shown.length < 60;
      minute += 60
    ) {
      const active = this.#depths.mean(minute, minute + 60) ?? 0;
      shown.push({ minute, incoming: this.#incoming.sum(minute, minute + 60), active });
    }
    return shown;
  }

  /** To be called after anything was done to groups or machines. `changes`: replicas that were started or ended. */
  changed(changes: number): void {
    this.#changeAt = this.now;
    const tally = this.#part();
    if (!tally || changes === 0) return;
    tally.changes += changes;
    if (this.#actedAt !== this.now) tally.actions++;
    this.#actedAt = this.now;
  }

  #part(): Tally | undefined {
    return this.now < this.script.warmup ? undefined : this.tally[this.now < this.#middle ? 0 : 1];
  }

  #recount(): void {
    const { now } = this;
    this.#serving = this.groups.serving(now) + this.machines.serving(now);
    this.#billing = this.groups.billing();
    this.#changeAt = Math.min(this.groups.nextChange(now), this.machines.nextChange(now));
  }

  /** Plays one second. */
  step(): void {
    const { now, script } = this;
    if (now >= this.#changeAt) this.#recount();
    if (now === script.warmup) this.workTaken[0] = this.#workTaken();
    if (now === this.#middle) this.workTaken[1] = this.#workTaken();
    this.#incoming.add(script.arrivals[now] ?? 0);
    this.#work(now, rateAt(script, now));
    this.#depths.add(this.depth);
    this.#capacity.add(this.#serving);
    this.#bill();
    this.now++;
    // Replicas that end or begin with the new second are counted before a policy looks.
    if (this.now >= this.#changeAt) this.#recount();
  }

  #workTaken(): number {
    const { second, tasks } = this.#queue.takenUntil;
    return (this.script.work[second] ?? 0) + tasks / rateAt(this.script, second);
  }

  /** One second in small steps, so that a task stays in work for as long as it takes. */
  #work(now: number, rate: number): void {
    const steps = this.#stepsPerSecond;
    const arrivals = this.script.arrivals[now] ?? 0;
    const phase = 1 - ((now * PHASE) % 1);
    const arrived = (step: number): number => Math.floor((step * arrivals) / steps - phase) + 1;
    let busy = 0;
    for (let step = 0; step < steps; step++) {
      this.#complete(rate / steps);
      this.#queue.arrive(arrived(step + 1) - arrived(step));
      this.#held += this.#queue.take(Math.max(0, this.#serving - this.#held), now);
      busy += Math.min(this.#held, this.#serving);
    }
    this.#busy.add(busy / steps);
  }

  /** What is in work gets a share of its work done; a replica that leaves finishes what it holds. */
  #complete(share: number): void {
    this.#credit = this.#held === 0 ? 0 : this.#credit + this.#held * share;
    const done = Math.min(Math.floor(this.#credit), this.#held);
    this.#credit -= done;
    this.#held -= done;
    this.served += done;
  }

  #bill(): void {
    const tally = this.#part();
    if (!tally) return;
    const instances = this.machines.list.length;
    const replicas = this.#billing + instances * this.replicasPerInstance;
    tally.groupSeconds += this.#billing;
    tally.instanceSeconds += instances;
    tally.peakReplicas = Math.max(tally.peakReplicas, replicas);
    const groups = this.#billing - (this.groups.pool?.size ?? 0);
    tally.peakGroups = Math.max(tally.peakGroups, groups);
    tally.peakInstances = Math.max(tally.peakInstances, instances);
    const { serving, paid, waits } = this.supply;
    const second = this.now - this.script.warmup;
    if (second % 60 === 0) {
      serving.push(this.#serving);
      paid.push(replicas);
    }
    const minute = Math.floor(second / 60);
    waits[minute] = Math.max(waits[minute] ?? 0, this.#queue.oldest(this.now));
    this.groupSeconds[minute] = (this.groupSeconds[minute] ?? 0) + groups;
  }

  /** Counts what still waits at the end. */
  finish(): void {
    this.#over = true;
    this.workTaken.end = this.#workTaken();
    this.#queue.take(this.#queue.waiting, this.now - 1);
  }
}
