import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { close, spread } from '../../../shared/placement/offerings.ts';
import { NOW, requestOf } from '../../support/observation-of.ts';

const usage = (location: string, used: number, limit: number) => ({
  location,
  groups: { used, limit },
  cores: { used: 0, limit: 1000 },
});
const known = { usages: [], usagesAt: NOW - 30_000, inFlight: [], closed: {} };

describe('where new groups go', () => {
  it('is the first region while it has room, then the second', () => {
    const { places, reasons } = spread(5, ['west', 'north'], 1, { ...known, usages: [usage('west', 7, 10)] }, NOW);
    expect(places).toEqual(['west', 'west', 'west', 'north', 'north']);
    expect(reasons).toMatchObject([{ code: 'quota', values: { location: 'west', room: 3, moved: 2 } }]);
  });

  it('counts creates that the quota was read too early to show', () => {
    const inFlight = [requestOf('create', 1, { location: 'west', at: NOW - 5_000 })];
    const { places } = spread(3, ['west'], 1, { ...known, usages: [usage('west', 8, 10)], inFlight }, NOW);
    expect(places).toEqual(['west']);
  });

  it('is limited by cores where those are fewer', () => {
    const cores = { ...usage('west', 0, 100), cores: { used: 6, limit: 10 } };
    expect(spread(5, ['west'], 2, { ...known, usages: [cores] }, NOW).places).toHaveLength(2);
  });

  it('is not a region that refused lately, which is said', () => {
    const closed = { west: { until: NOW + 20_000, failures: 2, code: 'ServiceUnavailable' } };
    const { places, reasons } = spread(1, ['west', 'north'], 1, { ...known, closed }, NOW);
    expect(places).toEqual(['north']);
    expect(reasons).toMatchObject([{ code: 'location-closed', values: { seconds: 20 } }]);
  });

  it('is nowhere when no region has room, which is said', () => {
    const { places, reasons } = spread(2, ['west'], 1, { ...known, usages: [usage('west', 12, 10)] }, NOW);
    expect(places).toEqual([]);
    expect(reasons.at(-1)).toMatchObject({ code: 'no-location', values: { wanted: 2 } });
  });

  it('never exceeds what is asked for nor what a quota leaves', () => {
    const amount = fc.nat({ max: 200 });
    fc.assert(
      fc.property(amount, amount, amount, amount, (count, used, limit, usedNorth) => {
        const usages = [usage('west', used, limit), usage('north', usedNorth, 100)];
        const { places } = spread(count, ['west', 'north'], 1, { ...known, usages }, NOW);
        const west = places.filter((place) => place === 'west').length;
        expect(places.length).toBeLessThanOrEqual(count);
        expect(west).toBeLessThanOrEqual(Math.max(0, limit - used));
        expect(places.length - west).toBeLessThanOrEqual(Math.max(0, 100 - usedNorth));
      }),
    );
  });
});

describe('a region that refuses', () => {
  const full = { class: 'elsewhere', code: 'ServiceUnavailable', message: '' } as const;

  it('is closed for twice as long each time, up to 15 minutes', () => {
    let [closed, now]: [ReturnType<typeof close>, number] = [{}, NOW];
    const spans: number[] = [];
    for (let time = 0; time < 7; time++) {
      closed = close(closed, 'west', full, now);
      const until = closed['west']?.until ?? 0;
      spans.push((until - now) / 1000);
      now = until;
    }
    expect(spans).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  it('failed once, however many groups it refused at once', () => {
    const refused = Array.from({ length: 17 }).reduce<ReturnType<typeof close>>(
      (closed) => close(closed, 'west', full, NOW),
      {},
    );
    expect(refused['west']).toMatchObject({ failures: 1, until: NOW + 30_000 });
  });

  it('is closed as long as Azure asked when it only throttles', () => {
    const throttled = { class: 'wait', code: 'TooManyRequests', message: '', retryAfterMs: 7_000 } as const;
    expect(close({}, 'west', throttled, NOW)['west']).toEqual({
      until: NOW + 7_000,
      failures: 0,
      code: throttled.code,
    });
  });
});
