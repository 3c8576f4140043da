// What will the load be when a replica asked for now serves? Three ways to forecast compete: the trend, the same time of
// other days, and the same time of other weeks. Each counts only while it has been predicting well (record.ts), and only
// where even the lower end of its interval is more than the load that is there: a forecast starts replicas, and never
// takes any away.

import type { Outlook, TrackRecord } from './memory.ts';
import { DAY_SLOTS, learnSlot, slotOf, usualLoad, WEEK_SLOTS } from './profile.ts';
import { judged, marginOf, NO_RECORD, predictsWell } from './record.ts';
import { learnTrend, trendAt } from './trend.ts';

export interface Forecast {
  /** How it was made. */
  by: 'trend' | 'day' | 'week';
  load: number;
  /** Nine in ten fall between. */
  low: number;
  high: number;
  /** Usual errors of it, and of saying that nothing changes. */
  error: number;
  stays: number;
}

const WAYS = ['trend', 'day', 'week'] as const;
/** Forecasts are made no closer together. */
const STEP_MS = 30_000;
/** After so long without a reading the trend begins anew. */
const BLIND_MS = 300_000;

/** `load` in replicas at the time `at` of a reading; `leadSeconds` until a replica asked for now serves. */
export function learnOutlook(known: Outlook | undefined, load: number, at: number, leadSeconds: number): Outlook {
  if (known && at - known.at < STEP_MS) return { ...known, highest: Math.max(known.highest, rounded(load)) };
  const slotted = known ? withSlot(known, load, at) : { highest: rounded(load) };
  const blind = !known || at - known.at > BLIND_MS;
  const trend = blind ? learnTrend(undefined, load, 0) : learnTrend(known.trend, load, (at - known.at) / 1000);
  const next = { ...slotted, at, trend, records: known?.records ?? {} };
  const expected = forecastsOf(next, at, leadSeconds);
  const records = Object.fromEntries(
    WAYS.map((way): [string, TrackRecord] => {
      const forecast = expected[way];
      const made = forecast === undefined ? undefined : { at: at + leadSeconds * 1000, forecast };
      return [way, judged(next.records[way] ?? NO_RECORD, load, at, made)];
    }),
  );
  return { ...next, records };
}

/** The slot that ended is learned; one in which nobody looked is not. */
function withSlot(known: Outlook, load: number, at: number): Pick<Outlook, 'highest' | 'day' | 'week'> {
  const { day, week, highest } = known;
  const ended = slotOf(known.at, WEEK_SLOTS);
  if (ended === slotOf(at, WEEK_SLOTS)) return { day, week, highest: Math.max(highest, rounded(load)) };
  return {
    day: learnSlot(day, DAY_SLOTS, slotOf(known.at, DAY_SLOTS), highest),
    week: learnSlot(week, WEEK_SLOTS, ended, highest),
    highest: rounded(load),
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function forecastsOf(
  { trend, day, week }: Pick<Outlook, 'trend' | 'day' | 'week'>,
  now: number,
  leadSeconds: number,
): Record<Forecast['by'], number | undefined> {
  const until = now + leadSeconds * 1000;
  return {
    trend: trendAt(trend, leadSeconds),
    day: usualLoad(day, DAY_SLOTS, until, until),
    week: usualLoad(week, WEEK_SLOTS, until, until),
  };
}

/** The highest forecast that counts; undefined when none does. `upper`: the load that is there, at most. */
export function forecastOf(outlook: Outlook, upper: number, now: number, leadSeconds: number): Forecast | undefined {
  const expected = forecastsOf(outlook, now, leadSeconds);
  const counting = WAYS.flatMap((by): Forecast[] => {
    const [load, record] = [expected[by], outlook.records[by]];
    if (load === undefined || !record || !predictsWell(record)) return [];
    const margin = marginOf(record);
    const forecast = { by, load, low: Math.max(0, load - margin), high: load + margin };
    return forecast.low > upper ? [{ ...forecast, error: Math.sqrt(record.own), stays: Math.sqrt(record.stays) }] : [];
  });
  return counting.toSorted((a, b) => b.load - a.load)[0];
}
