// How elastic was the supply? The metrics of the SPEC research group (Herbst et al., "Quantifying Cloud Performance and
// Dependability", 2018) and of Ilyushkin et al. (ICPE 2017), on steps of 60 s. A ratio divides by demand, at least 1.

export interface Elasticity {
  /** Mean shortfall and surplus in percent of the demand. */
  underPercent: number;
  overPercent: number;
  /** Percent of the time with a shortfall and with a surplus. */
  underTimePercent: number;
  overTimePercent: number;
  /** Percent of the steps in which supply did not move as demand did. */
  instabilityPercent: number;
}

/** `demand` and `supply` in replicas, step by step, of equal length. */
export function elasticity(demand: readonly number[], supply: readonly number[]): Elasticity {
  const steps = demand.length;
  const total = { under: 0, over: 0, underTime: 0, overTime: 0, unstable: 0 };
  for (const [step, wanted] of demand.entries()) {
    const missing = wanted - (supply[step] ?? 0);
    total.under += Math.max(0, missing) / Math.max(1, wanted);
    total.over += Math.max(0, -missing) / Math.max(1, wanted);
    total.underTime += missing > 0 ? 1 : 0;
    total.overTime += missing < 0 ? 1 : 0;
    if (step > 0 && Math.sign(change(supply, step)) !== Math.sign(change(demand, step))) total.unstable++;
  }
  const percent = (sum: number, of: number): number => (of > 0 ? (100 * sum) / of : 0);
  return {
    underPercent: percent(total.under, steps),
    overPercent: percent(total.over, steps),
    underTimePercent: percent(total.underTime, steps),
    overTimePercent: percent(total.overTime, steps),
    instabilityPercent: percent(total.unstable, steps - 1),
  };
}

const change = (values: readonly number[], step: number): number => (values[step] ?? 0) - (values[step - 1] ?? 0);
