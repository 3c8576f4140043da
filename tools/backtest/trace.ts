// A trace as the backtest plays it: counts per bin become arrivals per second, scaled so that the highest bin asks for a
// given number of replicas. Within a bin arrivals are independent (Poisson), so two seeds differ as two days would.
//
// Beside the arrivals a seed fixes the true service rate, which no policy may read: it starts off the user's guess by up
// to a tenth and wanders slowly, by 15 % to either side, as a database behind the workers does over hours.

import type { Size } from '../../shared/workload/placement.ts';
import type { Random } from '../local/random.ts';
import { seeded } from '../local/random.ts';
import { PRICES, REPLICA, REPLICAS_PER_INSTANCE, type Prices } from './world/prices.ts';

/** Arrivals per bin, as recorded. */
export interface Trace {
  name: string;
  binSeconds: number;
  counts: number[];
  /** Highest count of the trace that this one is a part of, which is played at the whole's scale. */
  highestOfWhole?: number | undefined;
}

export const highestOf = ({ counts, highestOfWhole }: Trace): number =>
  highestOfWhole ?? counts.reduce((highest, count) => Math.max(highest, count), 0);

/** What happens in one run, whatever the policy does. */
export interface Script {
  trace: string;
  seed: number;
  scale: Scale;
  /** Seconds at the start that are played and not scored: the first bin's load, so that each policy has settled. */
  warmup: number;
  /** Arrivals by second. */
  arrivals: Uint16Array;
  /** Messages per second of one busy replica, by minute. */
  rates: Float32Array;
  /** Replica-seconds of work that arrive by second, as a running total: `work[t]` is before second t. */
  work: Float64Array;
}

export interface Scale {
  /** Replicas that the highest bin needs at the nominal rate. */
  peak: number;
  /** Messages per second of a replica, as the user guessed it. */
  nominalRate: number;
  replica: Size;
  replicasPerInstance: number;
  prices: Prices;
}

export const USUAL: Scale = {
  peak: 60,
  nominalRate: 1,
  replica: REPLICA,
  replicasPerInstance: REPLICAS_PER_INSTANCE,
  prices: PRICES,
};

/** Half an hour: longer than every start time and stabilization window. */
const WARMUP = 1800;
/**
 * Up to a minute more, by seed: policies look at whole seconds of their clocks, each 5, 15 or 60 s, and a load that changed only
 * with these would always be seen as late as can be.
 */
const PHASES = 60;

export function scriptOf(trace: Trace, seed: number, to: Scale = USUAL): Script {
  const { peak, nominalRate } = to;
  const random = seeded(seed * 7919 + fingerprint(trace.name));
  const highest = highestOf(trace);
  const scale = highest === 0 ? 0 : (peak * nominalRate) / (highest / trace.binSeconds);
  const warmup = WARMUP + Math.floor(PHASES * seeded(seed * 7919 + fingerprint(trace.name) + 1).next());
  const rate = (second: number): number => {
    const bin = Math.max(0, Math.floor((second - warmup) / trace.binSeconds));
    return ((trace.counts[Math.min(bin, trace.counts.length - 1)] ?? 0) / trace.binSeconds) * scale;
  };
  const seconds = warmup + Math.round(trace.counts.length * trace.binSeconds);
  const arrivals = new Uint16Array(seconds);
  for (let second = 0; second < seconds; second++) arrivals[second] = poisson(random, rate(second));
  const rates = wanderingRates(random, Math.ceil(seconds / 60), nominalRate);
  const work = new Float64Array(seconds + 1);
  for (let second = 0; second < seconds; second++) {
    work[second + 1] = (work[second] ?? 0) + (arrivals[second] ?? 0) / rateAt({ rates }, second);
  }
  return { trace: trace.name, seed, scale: to, warmup, arrivals, rates, work };
}

export const rateAt = ({ rates }: Pick<Script, 'rates'>, second: number): number =>
  rates[Math.min(rates.length - 1, Math.floor(second / 60))] ?? 1;

function wanderingRates(random: Random, minutes: number, nominal: number): Float32Array {
  const start = nominal * (0.9 + 0.2 * random.next());
  const period = 120 + 360 * random.next();
  const phase = 2 * Math.PI * random.next();
  return Float32Array.from(
    { length: minutes },
    (_, minute) => start * (1 + 0.15 * Math.sin((2 * Math.PI * minute) / period + phase)),
  );
}

/** Knuth's product of uniforms; a large mean in parts, because its start value would vanish. */
function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= 30) {
    const limit = Math.exp(-Math.min(left, 30));
    let product = random.next();
    while (product > limit) {
      count++;
      product *= random.next();
    }
  }
  return count;
}

const fingerprint = (text: string): number =>
  Buffer.from(text).reduce((hash, byte) => (Math.imul(hash, 31) + byte) >>> 0, 7);
