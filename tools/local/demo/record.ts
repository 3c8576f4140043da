// What happened in a run, from outside of Spillway: message waits, replicas, container groups and money, as the queue and
// the local Azure know them. The summary figures of the demo and of its tests come from here.

import { groupUsdPerHour } from '../../../shared/placement/prices.ts';
import type { AzureModel } from '../azure/azure.ts';
import type { BillingRecord } from '../azure/container-group.ts';
import type { Clock } from '../clock.ts';
import type { Queue } from '../servicebus/queue.ts';
import { WORLD } from '../world.ts';
import { durationOf, rateAt, type Load } from './load.ts';

/** US dollars per hour of one instance (Standard_D4s_v5, East US, Linux, pay as you go). */
const INSTANCE_USD_PER_HOUR = 0.192;
const REPLICA = { cpu: 1, memoryInGB: 2 };
/** A message that waited longer is late. */
export const LATE_SECONDS = 30;

export interface Figures {
  /** Simulated seconds from the moment the depth crossed the rule: messages began to wait for a free replica. */
  secondsToFirstAccepted: number | null;
  secondsToFirstServing: number | null;
  peakBurstReplicas: number;
  peakBaseReplicas: number;
  peakBacklog: number;
  lateShare: number;
  longestWaitSeconds: number;
  costUsd: number;
  costOverAllVm: number;
  costOverAllAci: number;
  groupsCreated: number;
  groupsCreatedTwice: number;
  groupsLeftOver: number;
  groupsByRegion: Record<string, number>;
  workCutShort: number;
  messagesSent: number;
  messagesLost: number;
  simulatedSeconds: number;
}

export class Recorder {
  readonly #clock: Clock;
  readonly #model: AzureModel;
  readonly #queue: Queue;
  readonly #start: number;
  #waits: number[] = [];
  #burst = 0;
  #base: number;
  #crossedAt: number | undefined;
  #acceptedAt: number | undefined;
  #servingAt: number | undefined;
  #peaks = { burst: 0, base: 0, backlog: 0 };
  #regions: Record<string, number> = {};
  readonly #declared: number;

  constructor(clock: Clock, model: AzureModel, queue: Queue, baseInstances: number) {
    this.#clock = clock;
    this.#model = model;
    this.#queue = queue;
    this.#start = clock.now();
    this.#declared = model.groups.counters.groupsCreated;
    this.#base = baseInstances * WORLD.replicasPerInstance;
    model.onReplicaChange(({ kind, running, location }) => {
      const change = running ? 1 : -1;
      if (kind === 'instance') this.#base += change * WORLD.replicasPerInstance;
      else this.#burst += change;
      if (kind === 'group' && running) {
        this.#servingAt ??= clock.now();
        this.#regions[location] = (this.#regions[location] ?? 0) + 1;
      }
    });
  }

  get base(): number {
    return this.#base;
  }

  get burst(): number {
    return this.#burst;
  }

  done(waitedSeconds: number): void {
    this.#waits.push(waitedSeconds);
  }

  /** A container group was accepted by Azure. */
  accepted(): void {
    this.#acceptedAt ??= this.#clock.now();
    // Accepted before anything had to wait: then that is the moment.
    this.#crossedAt ??= this.#acceptedAt;
  }

  /** To be called often: follows the backlog and the peaks. */
  sample(): void {
    const { active } = this.#queue.counts();
    this.#peaks.burst = Math.max(this.#peaks.burst, this.#burst);
    this.#peaks.base = Math.max(this.#peaks.base, this.#base);
    this.#peaks.backlog = Math.max(this.#peaks.backlog, active);
    if (this.#acceptedAt !== undefined) return;
    if (active <= this.#base + this.#burst) this.#crossedAt = undefined;
    else this.#crossedAt ??= this.#clock.now();
  }

  figures(load: Load, workCutShort: number, lifecycle: 'create-delete' | 'start-stop'): Figures {
    const groups = this.#model.groups;
    const bills = this.#model.billing();
    const cost = bills.reduce((sum, bill) => sum + this.#usd(bill), 0);
    const { totals } = this.#queue;
    const late = this.#waits.filter((wait) => wait > LATE_SECONDS).length;
    return {
      secondsToFirstAccepted: this.#since(this.#acceptedAt),
      secondsToFirstServing: this.#since(this.#servingAt),
      peakBurstReplicas: this.#peaks.burst,
      peakBaseReplicas: this.#peaks.base,
      peakBacklog: this.#peaks.backlog,
      lateShare: late / Math.max(1, this.#waits.length),
      longestWaitSeconds: this.#waits.reduce((most, wait) => Math.max(most, wait), 0),
      costUsd: cost,
      costOverAllVm: cost / this.#allVm(load),
      costOverAllAci: cost / this.#allAci(load),
      groupsCreated: groups.counters.groupsCreated - this.#declared,
      groupsCreatedTwice: groups.counters.putsOnLiveGroups + twiceBilled(bills),
      groupsLeftOver: leftOver(this.#model, lifecycle),
      groupsByRegion: this.#regions,
      workCutShort,
      messagesSent: totals.incoming,
      messagesLost: totals.incoming - totals.completed,
      simulatedSeconds: (this.#clock.now() - this.#start) / 1000,
    };
  }

  #since(at: number | undefined): number | null {
    return at === undefined || this.#crossedAt === undefined ? null : (at - this.#crossedAt) / 1000;
  }

  #usd({ id, from, to, cpu, memoryInGB }: BillingRecord): number {
    const hours = Math.max(0, (to ?? this.#clock.now()) - Math.max(from, this.#start)) / 3_600_000;
    return hours * (isGroup(id) ? groupUsdPerHour('eastus', cpu, memoryInGB) : INSTANCE_USD_PER_HOUR);
  }

  /** Machines for the highest load, all the time. */
  #allVm(load: Load): number {
    const instances = Math.ceil(this.#replicasFor(Math.max(...load.rates)) / WORLD.replicasPerInstance);
    return (instances * INSTANCE_USD_PER_HOUR * (this.#clock.now() - this.#start)) / 3_600_000;
  }

  /** Container groups that follow the load exactly: no start time, no idle one. */
  #allAci(load: Load): number {
    const price = groupUsdPerHour('eastus', REPLICA.cpu, REPLICA.memoryInGB);
    const seconds = Math.max(durationOf(load), (this.#clock.now() - this.#start) / 1000);
    let replicaSeconds = 0;
    for (let at = 0; at < seconds; at += load.seconds)
      replicaSeconds += this.#replicasFor(rateAt(load, at)) * load.seconds;
    return (replicaSeconds / 3600) * price;
  }

  #replicasFor(rate: number): number {
    return Math.max(1, Math.ceil((rate * SECONDS_PER_MESSAGE) / BUSY_SHARE));
  }
}

/** Mean seconds a replica works on a message. */
export const SECONDS_PER_MESSAGE = 2;
/** A replica that is busy for more of its time than this lets messages wait. */
const BUSY_SHARE = 0.8;

/** Messages per second that need this many replicas. */
export const rateFor = (replicas: number): number => (replicas * BUSY_SHARE) / SECONDS_PER_MESSAGE;

const isGroup = (id: string): boolean => /containergroups/i.test(id);

/** Times in which two groups of one ordinal cost money together. */
function twiceBilled(bills: BillingRecord[]): number {
  const byOrdinal = Map.groupBy(
    bills.filter(({ id }) => isGroup(id)),
    ({ tags }) => `${tags['spillway-workload']}/${tags['spillway-ordinal']}`,
  );
  let twice = 0;
  for (const own of byOrdinal.values()) {
    const sorted = own.toSorted((a, b) => a.from - b.from);
    for (const [index, bill] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before && before.id !== bill.id && (before.to ?? Infinity) > bill.from) twice++;
    }
  }
  return twice;
}

/** Container groups that are not gone; with `start-stop` those that are not stopped. */
export const leftOver = (model: AzureModel, lifecycle: 'create-delete' | 'start-stop'): number =>
  model.groups.all().filter((group) => lifecycle === 'create-delete' || group.state !== 'Stopped').length;
