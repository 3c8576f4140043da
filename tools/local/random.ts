// Seeded randomness for models: the same seed gives the same story.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Log-normal with the given median and 95th percentile, for start times with a tail. */
  logNormal(median: number, p95: number): number;
  /** Exponential with the given mean, for times between independent arrivals. */
  exponential(mean: number): number;
}

/** Mulberry32 (Tommy Ettinger, public domain): small, fast, good enough for models; never for secrets. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    logNormal: (median, p95) => median * Math.exp((Math.log(p95 / median) / 1.6449) * normal()),
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
}
