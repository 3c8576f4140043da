// What do the bursts of the past say about the next minutes? Levels learns from each reading, standing tells what should
// stand by, and this says it in reasons. In shadow what would be started is only said.

import type { PlanInput, PlannerState } from '../controller/plan-types.ts';
import { LOOK_SECONDS } from '../rules/need.ts';
import type { Starts, StartTime } from '../rules/wanted.ts';
import type { Load } from '../signals/load.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { forecastOf, learnOutlook, type Forecast } from './outlook.ts';
import { learnLevels, type Promptness } from './levels.ts';
import type { Levels, Outlook } from './memory.ts';
import { standingBy, survivedBefore, type StandBy, type Standing } from './standing.ts';

/** Share of the target wait that a fleet which stands by may use up. */
const WAIT_SHARE = 0.7;
/** Share of it that the oldest message may have waited before groups asked for at the first sign of a burst serve. */
const AGE_SHARE = 0.6;
/** What is closer together is one burst; where the scale-in delay is shorter, what it outlasts. */
const APART_SECONDS = 30;
/** Until what has started is seen to serve. */
const SEEN_SECONDS = 10;

/** Seconds until groups asked for now serve, even if they are slow. */
const leadOf = ({ slow }: StartTime): number => slow + SEEN_SECONDS;

export interface Now {
  flow: NonNullable<PlannerState['flow']>;
  /** Messages per second of one busy replica. */
  rate: number;
  start: Starts;
  /** Time of the reading. */
  at: number;
}

/** Half of those asked for now are slower than usual, but as many again are started where that is late (rules/wanted.ts). */
const promptnessOf = ({ workload }: PlanInput, start: StartTime): Promptness => ({
  waitSeconds: WAIT_SHARE * workload.scaling.target.maxWaitSeconds,
  ageSeconds: AGE_SHARE * workload.scaling.target.maxWaitSeconds,
  answerSeconds: start.usual + SEEN_SECONDS,
  apartSeconds: Math.min(APART_SECONDS, workload.scaling.burst.scaleInDelaySeconds),
});

export const learnt = (input: PlanInput, { flow, rate, start }: Now): Levels =>
  learnLevels(input.state?.levels, flow, rate, promptnessOf(input, start));

/** Whether `have` replicas have come through bursts like the one that is there, also by what waits at the next evaluation. */
export function survives(
  input: PlanInput,
  levels: Levels,
  { start, rate }: Now,
  have: number,
  { waiting, growth }: Pick<Load, 'waiting' | 'growth'>,
): Reason | undefined {
  const { waitSeconds } = promptnessOf(input, start);
  const more = (LOOK_SECONDS * Math.max(0, growth)) / rate;
  const survived = survivedBefore(levels, have, { now: waiting / rate, more }, waitSeconds);
  return survived && reason('burst-survived', { have, ...survived });
}

export interface Ahead {
  outlook: Outlook | undefined;
  /** Replicas that will be busy when one asked for now serves, where a forecast counts. */
  expected?: number | undefined;
  reasons: Reason[];
}

/** What the load of a reading will be once a start asked for now serves. Off, nothing is learned; in shadow it is only said. */
export function aheadOf(
  input: PlanInput,
  load: Pick<Load, 'replicas' | 'deviation'>,
  { start, at }: { start: StartTime; at: number },
): Ahead {
  const { forecast = 'off' } = input.workload.scaling;
  if (forecast === 'off') return { outlook: undefined, reasons: [] };
  const lead = leadOf(start) + (input.now - at) / 1000;
  const outlook = learnOutlook(input.state?.outlook, load.replicas, at, lead);
  const expected = forecastOf(outlook, load.replicas + load.deviation, at, lead);
  if (!expected) return { outlook, reasons: [] };
  const counts = forecast === 'on';
  return { outlook, expected: counts ? expected.load : undefined, reasons: [forecastReason(expected, lead, counts)] };
}

const BY = { trend: 'its trend', day: 'this time of other days', week: 'this time of other weeks' } as const;

const forecastReason = ({ by, load, low, high, error, stays }: Forecast, lead: number, counts: boolean): Reason =>
  reason('forecast', {
    lead,
    load,
    by: BY[by],
    low,
    high,
    error,
    stays,
    how: counts ? 'it counts' : 'it would count (SPILLWAY_FORECAST is shadow)',
  });

export interface Foreseen {
  /** Replicas wanted because of it, `have` of which there are. */
  wanted: number;
  changesAt?: number | undefined;
  reasons: Reason[];
}

/**
 * `wanted` by what is there now. What is ready in standby pools stands by already: so many fewer are kept, or made ready.
 */
export function foreseen(input: PlanInput, levels: Levels, { start, at }: Now, have: number, wanted: number): Foreseen {
  const { burst, forecast = 'off' } = input.workload.scaling;
  const worth = burst.returnWorthSeconds ?? 0;
  if (worth === 0) return { wanted: 0, reasons: [] };
  const lead = leadOf(start);
  const full = standingBy(levels, at, { worth, lead, ready: forecast === 'on' });
  const told = forecast === 'shadow' ? standingBy(levels, at, { worth, lead, ready: true }) : full;
  const pooled = start.ready?.replicas ?? 0;
  const standing = { kept: besidePools(full.kept, pooled), ready: besidePools(told.ready, pooled) };
  const kept = Math.min(have, standing.kept?.replicas ?? 0);
  const reasons = pooled > 0 ? poolReasons(told, pooled, have) : [];
  if (kept > wanted && standing.kept) reasons.push(keptReason(standing.kept, kept, worth));
  const also = madeReady(standing, forecast, Math.max(kept, wanted));
  return {
    wanted: Math.max(kept, also?.wanted ?? 0),
    changesAt: full.changesAt,
    reasons: also ? [...reasons, also.reason] : reasons,
  };
}

const besidePools = (one: StandBy | undefined, pooled: number): StandBy | undefined =>
  one && { ...one, replicas: Math.max(0, one.replicas - pooled) };

function poolReasons({ kept, ready }: Standing, pooled: number, have: number): Reason[] {
  const of = Math.max(Math.min(have + pooled, kept?.replicas ?? 0), ready?.replicas ?? 0);
  return of > 0 ? [reason('pool-stands-by', { of, ready: pooled, left: Math.max(0, of - pooled) })] : [];
}

function madeReady(
  { ready }: Standing,
  forecast: string,
  wanted: number,
): { wanted: number; reason: Reason } | undefined {
  if (!ready || ready.replicas <= wanted) return undefined;
  const how = forecast === 'on' ? 'wanted' : 'what would be wanted (SPILLWAY_FORECAST is shadow)';
  return { wanted: forecast === 'on' ? ready.replicas : 0, reason: expectedReason(ready, ready.replicas, how) };
}

function expectedReason(standing: StandBy, replicas: number, how: string): Reason {
  const { idle, from = 0, to = 0 } = standing;
  return reason('burst-expected', { gaps: gapsText(standing), idle, from, to, replicas, how });
}

/** What stays after its time to hold does so because a burst is expected again. */
const keptReason = (kept: StandBy, replicas: number, worth: number): Reason =>
  kept.idle > kept.hold
    ? expectedReason(kept, replicas, 'wanted, and those that are there stay')
    : reason('kept-for-return', { replicas, idle: kept.idle, hold: kept.hold, gaps: gapsText(kept), worth });

const gapsText = ({ gaps }: StandBy): string => {
  const told = gaps.map((gap) => (gap < 0 ? `${-gap} (to a smaller one)` : `${gap}`));
  return told.length === 0 ? 'are not known yet' : `were ${told.join(', ')} s`;
};
