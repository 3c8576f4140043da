// A queue and its replicas as a fluid: what counts is how many messages there are, not which. With n messages, k replicas
// and u messages per second of each, and arrivals r:
//
//   n <= k   each message is being worked on: n goes to r / u exponentially, with rate u
//   n >  k   the rest waits: n changes by r - k u
//
// Arrivals are Poisson until `calmFrom`; then what waits is thrown away, so that the demand is constant at once, and
// arrivals are exact. It moves on only when it is asked, in steps of a second.
// Six simulated hours of single messages would take a hundred times as long.

import type { MetricSource } from '../../local/azure/metrics.ts';
import type { Random } from '../../local/random.ts';
import type { Rate } from './load-shape.ts';

const STEP_MS = 1000;
const MINUTE_MS = 60_000;
/**
 * By the multiples of its inverse, which are spread evenly, 1.6 messages in work show as two at three readings of five: rounded,
 * they would always be two, and teach a rate that is none.
 */
const GOLDEN = (1 + Math.sqrt(5)) / 2;
/** The controller asks for the last five minutes at most. */
const MINUTES_KEPT = 8;

interface Minute {
  incoming: number;
  active: number;
  /** Replicas that were busy, and all. */
  busy: number;
  replicas: number;
  steps: number;
}

export interface FluidOptions {
  now: () => number;
  random: Random;
  rate: Rate;
  /** Messages per second of one replica. */
  perReplica: number;
  /** Epoch ms. */
  calmFrom: number;
}

export class FluidQueue {
  readonly #options: FluidOptions;
  readonly #minutes = new Map<number, Minute>();
  readonly #decay: number;
  readonly #calmFrom: number;
  #at: number;
  #active = 0;
  #replicas = 0;
  #spoiling = 0;
  #deadLetters = 0;

  constructor(options: FluidOptions) {
    this.#options = options;
    this.#at = options.now();
    this.#calmFrom = this.#at + Math.ceil((options.calmFrom - this.#at) / STEP_MS) * STEP_MS;
    this.#decay = Math.exp((-options.perReplica * STEP_MS) / 1000);
  }

  /** Replicas that take messages from now on; `spoiling` of them turn what they take into dead letters. */
  setReplicas(replicas: number, spoiling = 0): void {
    this.#advance();
    this.#replicas = replicas;
    this.#spoiling = spoiling;
  }

  get replicas(): number {
    return this.#replicas;
  }

  /** As a queue of the local Service Bus counts. */
  counts(): { active: number; deadLetter: number; scheduled: number } {
    this.#advance();
    // A message that is being worked on shows, also when there is one only some of the time.
    const part = this.#active < this.#replicas ? (this.#at / STEP_MS / GOLDEN) % 1 : 0.5;
    const shown = Math.floor(this.#active + part);
    const active = Math.max(shown, this.#active > 0.05 ? 1 : 0);
    return { active, deadLetter: Math.floor(this.#deadLetters), scheduled: 0 };
  }

  /** Share of the replicas that work on a message now. */
  busyShare(): number {
    this.#advance();
    if (this.#replicas === 0) return this.#active > 0 ? 1 : 0;
    return Math.min(1, this.#active / this.#replicas);
  }

  /** The minute that begins at `start`, as Azure Monitor has it. */
  minute(start: number): { incoming: number; active: number; used: number } | undefined {
    this.#advance();
    const minute = this.#minutes.get(start);
    if (!minute) return undefined;
    const { incoming, active, busy, replicas, steps } = minute;
    // As Azure Monitor averages: by samples, of which a replica that was there for longer has more.
    return { incoming: Math.round(incoming), active: active / steps, used: replicas > 0 ? busy / replicas : 0 };
  }

  #advance(): void {
    const now = this.#options.now();
    for (; this.#at + STEP_MS <= now; this.#at += STEP_MS) this.#step();
  }

  #step(): void {
    const { rate, perReplica, random } = this.#options;
    const mean = rate(this.#at);
    if (this.#at === this.#calmFrom) this.#active = Math.min(this.#active, this.#replicas);
    const arrived = this.#at >= this.#calmFrom ? mean : poisson(mean, random);
    const replicas = this.#replicas;
    const done = Math.min(this.#active, replicas) * perReplica;
    if (this.#spoiling > 0) this.#deadLetters += (done * this.#spoiling) / Math.max(1, replicas);
    if (this.#active <= replicas) {
      const goal = arrived / perReplica;
      this.#active = goal + (this.#active - goal) * this.#decay;
    } else {
      this.#active = Math.max(0, this.#active + arrived - replicas * perReplica);
    }
    const start = this.#at - (this.#at % MINUTE_MS);
    let minute = this.#minutes.get(start);
    if (!minute) {
      this.#minutes.set(start, (minute = { incoming: 0, active: 0, busy: 0, replicas: 0, steps: 0 }));
      this.#minutes.delete(start - MINUTES_KEPT * MINUTE_MS);
    }
    minute.incoming += arrived;
    minute.active += this.#active;
    minute.busy += Math.min(replicas, this.#active);
    minute.replicas += replicas;
    minute.steps++;
  }
}

/** By multiplying uniform numbers for a small mean, by the normal distribution for a large one. */
function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  if (mean > 12) {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}

/** Minute metrics of queues by name. */
export const fluidMetrics =
  (queues: ReadonlyMap<string, FluidQueue>): MetricSource =>
  (_resource, metric, aggregation, start, dimension) => {
    const minute = queues.get(dimension?.value ?? '')?.minute(start);
    const wanted = `${metric} ${aggregation}`.toLowerCase();
    if (wanted === 'incomingmessages total') return minute?.incoming;
    if (wanted === 'activemessages average') return minute?.active;
    if (wanted === 'used average') return minute && 100 * minute.used;
    return undefined;
  };
