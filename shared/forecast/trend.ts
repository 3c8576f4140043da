// Where does the load go? Level and trend by double exponential smoothing (Holt 1957, in International Journal of
// Forecasting 20, 2004), with weights by the time between readings, because evaluations are not evenly spaced. The trend
// of a minute or two is carried on for as long as a start takes, and no further.

import type { Trend } from './memory.ts';

const LEVEL_SECONDS = 60;
const SLOPE_SECONDS = 180;

export function learnTrend(known: Trend | undefined, load: number, seconds: number): Trend {
  if (!known) return { level: load, slope: 0 };
  const expected = known.level + known.slope * seconds;
  const level = expected + (1 - Math.exp(-seconds / LEVEL_SECONDS)) * (load - expected);
  const seen = (level - known.level) / seconds;
  const slope = known.slope + (1 - Math.exp(-seconds / SLOPE_SECONDS)) * (seen - known.slope);
  return { level: rounded(level), slope: rounded(slope) };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

export const trendAt = ({ level, slope }: Trend, seconds: number): number => Math.max(0, level + slope * seconds);
