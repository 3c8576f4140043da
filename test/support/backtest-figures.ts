// Figures of a run in which nothing is late and supply is as the demand.

import type { Elasticity } from '../../tools/backtest/elasticity.ts';
import type { Part } from '../../tools/backtest/score.ts';

export const PART: Part = {
  leftPercent: 0,
  latePercent: 0,
  p50: 0,
  p95: 0,
  p99: 0,
  cost: 10,
  costOverLimit: 1,
  changesPerHour: 1,
  actionsPerHour: 1,
  peakReplicas: 1,
};

export const AT_EASE: Elasticity = {
  underPercent: 0,
  overPercent: 0,
  underTimePercent: 0,
  overTimePercent: 0,
  instabilityPercent: 0,
};
