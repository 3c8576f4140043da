// The load of a simulated workload over time: a seeded shape while faults strike, constant afterwards.

import type { Random } from '../../local/random.ts';

/** Messages per second at a moment (epoch ms). */
export type Rate = (at: number) => number;

export const SHAPES = ['zero', 'steady', 'spikes', 'steps', 'ramps'] as const;

const STEP_MS = 30_000;

interface Span {
  from: number;
  /** From here on the rate is `rest`. */
  quietFrom: number;
  peak: number;
  rest: number;
}

/** `peak` and `rest` in messages per second. The same random numbers give the same load. */
export function loadOf(shape: (typeof SHAPES)[number], random: Random, { from, quietFrom, peak, rest }: Span): Rate {
  const count = Math.max(1, Math.ceil((quietFrom - from) / STEP_MS));
  const rates = new Float64Array(count);
  const fill = FILL[shape];
  fill(rates, peak, random);
  return (at) => (at >= quietFrom ? rest : (rates[Math.min(count - 1, Math.max(0, ((at - from) / STEP_MS) | 0))] ?? 0));
}

const FILL: Record<(typeof SHAPES)[number], (rates: Float64Array, peak: number, random: Random) => void> = {
  zero: () => {},
  steady: (rates, peak) => void rates.fill(peak * 0.6),
  spikes(rates, peak, random) {
    rates.fill(random.next() < 0.5 ? 0 : peak * 0.1);
    // One spike an hour on average, of five to twenty minutes.
    const spikes = 1 + Math.floor((rates.length / 120) * (0.5 + random.next()));
    for (let spike = 0; spike < spikes; spike++) {
      const start = Math.floor(random.next() * rates.length);
      rates.fill(peak * (0.5 + random.next() / 2), start, start + 10 + Math.floor(random.next() * 30));
    }
  },
  steps(rates, peak, random) {
    for (let at = 0; at < rates.length;) {
      const end = at + 20 + Math.floor(random.next() * 100);
      const level = random.next();
      rates.fill(level < 0.4 ? 0 : peak * level, at, end);
      at = end;
    }
  },
  ramps(rates, peak, random) {
    const period = 120 + Math.floor(random.next() * 240);
    if (period % 2 === 1) return pulses(rates, peak, Math.floor(period / 6));
    for (let at = 0; at < rates.length; at++) {
      const turn = (at % period) / period;
      rates[at] = peak * Math.max(0, 1 - Math.abs(2 * turn - 1) * 1.5);
    }
  },
};

/** Half of the ramps are bursts of a minute instead, each ten to thirty minutes and as regular as a timer's. */
function pulses(rates: Float64Array, peak: number, period: number): void {
  for (let at = 0; at < rates.length; at += period) rates.fill(peak, at, at + 2);
}
