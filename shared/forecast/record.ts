// Has it been predicting well? Each forecast is kept until its time has come, beside what the load was when it was made: the
// forecast that nothing changes. A way to forecast counts only while its own error (root mean square, the last twenty
// or so weigh most) is a fifth less than that. The error gives the prediction interval as well.

import type { TrackRecord } from './memory.ts';

const ENOUGH = 20;
const WEIGHT = 1 / 20;
const BETTER = 0.8;
const MOST_PENDING = 30;
/** Nine in ten fall within so many standard deviations. */
const NINE_IN_TEN = 1.64;

export const NO_RECORD: TrackRecord = { pending: [], own: 0, stays: 0, count: 0 };

/** Judges forecasts whose time has come by the load that is there, and adds the new one. */
export function judged(
  known: TrackRecord,
  load: number,
  now: number,
  next: { at: number; forecast: number } | undefined,
): TrackRecord {
  const due = known.pending.filter(([at]) => at <= now);
  let { own, stays, count } = known;
  for (const [, forecast, before] of due) {
    const weight = Math.max(WEIGHT, 1 / (count + 1));
    own = rounded(own + weight * ((forecast - load) ** 2 - own));
    stays = rounded(stays + weight * ((before - load) ** 2 - stays));
    count = Math.min(ENOUGH, count + 1);
  }
  const pending = known.pending.filter(([at]) => at > now);
  const added = next && pending.length < MOST_PENDING;
  const made = added
    ? [...pending, [next.at, rounded(next.forecast), rounded(load)] as [number, number, number]]
    : pending;
  return { pending: made, own, stays, count };
}

const rounded = (value: number): number => Math.round(value * 1e3) / 1e3;

export const predictsWell = ({ own, stays, count }: TrackRecord): boolean =>
  count >= ENOUGH && Math.sqrt(own) < BETTER * Math.sqrt(stays);

/** Half of the prediction interval. */
export const marginOf = ({ own }: TrackRecord): number => NINE_IN_TEN * Math.sqrt(own);
