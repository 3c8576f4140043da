import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { othersClaim, reserve } from '../../../shared/placement/pool.ts';
import type { PoolRow } from '../../../shared/ports/pools.ts';
import { NOW } from '../../support/observation-of.ts';

const wish = (workload: string, wanted: number, changes: Partial<Parameters<typeof reserve>[1]> = {}) => ({
  workload,
  priority: 0,
  wanted,
  unmet: 0,
  now: NOW,
  ...changes,
});

describe('what workloads share', () => {
  it('is reserved for one and left by the others, until a minute has passed', () => {
    const { row, granted } = reserve(undefined, wish('orders', 4), 0);
    expect(granted).toBe(4);
    expect(othersClaim(row, 'mails', 0, NOW + 59_000)).toBe(4);
    expect(othersClaim(row, 'orders', 0, NOW)).toBe(0);
    expect(othersClaim(row, 'mails', 0, NOW + 60_000)).toBe(0);
  });

  it('is not granted where another reserved it after the plan was made', () => {
    const { row } = reserve(undefined, wish('orders', 4), 0);
    const second = reserve(row, wish('mails', 5), 0);
    expect(second.granted).toBe(1);
    expect(second.row.workloads['mails']).toMatchObject({ asked: 4, reserved: [{ groups: 1, at: NOW }] });
  });

  it('is granted in full where the plan had left it already', () => {
    const { row } = reserve(undefined, wish('orders', 4), 0);
    expect(reserve(row, wish('mails', 5), 4).granted).toBe(5);
  });

  it('goes to the higher priority first: the lower leaves what that asked for in the last minute', () => {
    const { row } = reserve(undefined, wish('orders', 0, { priority: 5, unmet: 3 }), 0);
    expect(othersClaim(row, 'mails', 0, NOW + 30_000)).toBe(3);
    expect(othersClaim(row, 'mails', 5, NOW + 30_000)).toBe(0);
    expect(othersClaim(row, 'mails', 0, NOW + 61_000)).toBe(0);
  });

  it('is never given twice, and its row stays small, whoever asks in whatever order', () => {
    const asks = fc.array(
      fc.record({ workload: fc.constantFrom('a', 'b', 'c'), wanted: fc.nat(6), after: fc.nat(90) }),
    );
    fc.assert(
      fc.property(asks, fc.nat(10), (list, room) => {
        let row: PoolRow | undefined;
        let now = NOW;
        const granted: { at: number; groups: number }[] = [];
        for (const { workload, wanted, after } of list) {
          now += after * 1000;
          // The plan was made before anyone else reserved, with the room that the quota then showed.
          const shown =
            room - granted.filter(({ at }) => now - at >= 60_000).reduce((sum, { groups }) => sum + groups, 0);
          const own = (row?.workloads[workload]?.reserved ?? [])
            .filter(({ at }) => now - at < 60_000)
            .reduce((sum, { groups }) => sum + groups, 0);
          const placed = Math.max(0, Math.min(wanted, shown - own));
          const result = reserve(row, wish(workload, placed, { now }), 0);
          row = result.row;
          granted.push({ at: now, groups: result.granted });
        }
        expect(granted.reduce((sum, { groups }) => sum + groups, 0)).toBeLessThanOrEqual(room);
        expect(Object.keys(row?.workloads ?? {}).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
