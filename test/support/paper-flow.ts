// Readings of a queue whose messages take a second each and wait for nobody: what the levels of the forecast learn from.

import type { PlannerState } from '../../shared/controller/plan-types.ts';

export const FLOW_BEGIN = 1_800_000_000_000;
const READ_SECONDS = 5;

/** `load(second)` replicas are kept busy by what arrives; a reading each five seconds. */
export function paperFlow(seconds: number, load: (second: number) => number): NonNullable<PlannerState['flow']> {
  let busySeconds = 0;
  return Array.from({ length: Math.floor(seconds / READ_SECONDS) + 1 }, (_, index) => {
    const second = index * READ_SECONDS;
    if (index > 0) busySeconds += load(second - READ_SECONDS) * READ_SECONDS;
    return [FLOW_BEGIN + second * 1000, 0, busySeconds];
  });
}

/** A burst of a minute at the start of each `period` seconds, and nothing between. */
export const eachPeriod =
  (period: number, load: number) =>
  (second: number): number =>
    second % period < 60 ? load : 0;
