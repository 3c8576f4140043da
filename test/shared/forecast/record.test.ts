import { describe, expect, it } from 'vitest';
import type { TrackRecord } from '../../../shared/forecast/memory.ts';
import { judged, marginOf, NO_RECORD, predictsWell } from '../../../shared/forecast/record.ts';

const STEP = 30_000;

/** After so many forecasts of the next step, each off by `off`, of a load that rises by two each step. */
function after(count: number, off: number, record: TrackRecord = NO_RECORD): TrackRecord {
  let known = record;
  for (let step = 0; step <= count; step++) {
    known = judged(known, 2 * step, step * STEP, { at: (step + 1) * STEP, forecast: 2 * (step + 1) + off });
  }
  return known;
}

describe('a way to forecast', () => {
  it('counts once twenty of its forecasts were better than that nothing changes', () => {
    expect(predictsWell(after(19, 1))).toBe(false);
    expect(predictsWell(after(20, 1))).toBe(true);
  });

  it('does not count when it is hardly better than that', () => {
    expect(predictsWell(after(40, 1.9))).toBe(false);
  });

  it('has an interval of 1.64 times its usual error to either side', () => {
    expect(marginOf(after(40, 1))).toBeCloseTo(1.64);
  });

  it('counts no more after a while in which it was wrong', () => {
    const { pending: _, ...once } = after(40, 1);
    expect(predictsWell(after(10, 4, { ...once, pending: [] }))).toBe(false);
  });
});
