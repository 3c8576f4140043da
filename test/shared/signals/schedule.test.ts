import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neverOpens, windowAt } from '../../../shared/signals/schedule.ts';

const HOUR_MS = 3_600_000;
const timeZone = 'Europe/Berlin';
const localHour = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
const cronAt = (hours: number[]): string => `0 ${hours.join(',')} * * *`;
const hourAt = (at: number): number => Number(localHour.format(at));

it.each(['0 0 29 2 *', '* * * * * *'])('a window never opens where start and end are %s', (cron) => {
  expect(neverOpens({ start: cron, end: cron, timeZone })).toBe(true);
});

it('a window that is open only in an hour which the time zone leaves out never opens', () => {
  const lastSundayOfMarch = { start: '0 2 * 3 0#L', end: '0 3 * 3 0#L' };
  expect(neverOpens({ ...lastSundayOfMarch, timeZone })).toBe(true);
  expect(neverOpens({ ...lastSundayOfMarch, timeZone: 'UTC' })).toBe(false);
});

describe('a window of time', () => {
  // On the days on which the clock changes, 2:00 is there twice or not at all.
  const hours = fc.shuffledSubarray([0, 1, ...Array.from({ length: 21 }, (_, index) => index + 3)], {
    minLength: 2,
    maxLength: 8,
  });
  const day = fc.constantFrom(Date.UTC(2026, 2, 28), Date.UTC(2026, 9, 24), Date.UTC(2026, 6, 1));

  it('is open from each start to the end that follows, also where several starts or ends follow each other', () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 7 }), day, fc.nat({ max: 72 * HOUR_MS }), (all, cut, from, ms) => {
        const starts = all.slice(0, Math.min(cut, all.length - 1));
        const ends = all.slice(starts.length);
        const insideAt = (at: number): boolean => {
          let hour = Math.floor(at / HOUR_MS) * HOUR_MS;
          while (!all.includes(hourAt(hour))) hour -= HOUR_MS;
          return starts.includes(hourAt(hour));
        };
        const now = from + ms;
        const { inside, changesAt } = windowAt({ start: cronAt(starts), end: cronAt(ends), timeZone }, now);
        expect(inside).toBe(insideAt(now));
        expect([insideAt(changesAt - 1), insideAt(changesAt)]).toEqual([inside, !inside]);
      }),
    );
  });

  it.each([
    ['is not there on a day without its hour', '0 2 * * *', '0 3 * * *', Date.UTC(2026, 2, 29, 1), 23, 0],
    ['is two hours long where its hour is there twice', '0 2 * * *', '0 3 * * *', Date.UTC(2026, 9, 25), 24, 2],
    ['ends at the first end after a start that is at an end', '0 8 * * *', '0 * * * *', Date.UTC(2026, 6, 1), 24, 1],
    ['never opens where each start is at an end', '0 8 * * *', '0 0 8 * * *', Date.UTC(2026, 6, 1), 48, 0],
  ])('%s', (_, start, end, from, hoursSeen, open) => {
    const looks = Array.from({ length: hoursSeen }, (__, index) => from + index * HOUR_MS);
    expect(looks.filter((at) => windowAt({ start, end, timeZone }, at).inside)).toHaveLength(open);
    expect(neverOpens({ start, end, timeZone })).toBe(end.startsWith('0 0 8'));
  });
});
