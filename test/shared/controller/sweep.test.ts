import { describe, expect, it } from 'vitest';
import { judge } from '../../../shared/controller/sweep.ts';
import { groupOf, NOW } from '../../support/observation-of.ts';

const MINUTE = 60_000;
const memory = { marks: {}, leaseMissing: {} };

type Evidence = Parameters<typeof judge>[1];

const evidence = (changes: Partial<Evidence> = {}): Evidence => ({
  now: NOW,
  leases: new Map([['orders', NOW - MINUTE]]),
  memory,
  unattendedMs: 60 * MINUTE,
  declared: ['orders'],
  ...changes,
});

describe('the sweeper', () => {
  it('leaves groups of a workload that is looked after', () => {
    expect(judge([groupOf(1)], evidence())).toEqual({ marks: {}, leaseMissing: {}, silent: [], due: [] });
  });

  it('marks an orphan first and removes it at a later sweep', () => {
    const first = judge([groupOf(1)], evidence({ declared: ['mails'] }));
    expect(first).toMatchObject({ marks: { 'g-1': NOW }, due: [] });
    const later = judge([groupOf(1)], evidence({ declared: ['mails'], memory: first, now: NOW + 2 * MINUTE }));
    expect(later.due).toEqual(['g-1']);
  });

  it('forgets a mark when the workload is declared again', () => {
    const marked = { marks: { 'g-1': NOW - 5 * MINUTE }, leaseMissing: {} };
    expect(judge([groupOf(1)], evidence({ memory: marked })).marks).toEqual({});
  });

  it('takes nothing for an orphan when nobody lately said what is declared', () => {
    expect(judge([groupOf(1)], evidence({ declared: undefined })).marks).toEqual({});
  });

  it('calls a workload silent after ten minutes, and removes its groups only after an hour', () => {
    const at = (minutes: number) =>
      judge([groupOf(1)], evidence({ leases: new Map([['orders', NOW - minutes * MINUTE]]) }));
    expect(at(9)).toMatchObject({ silent: [], marks: {} });
    expect(at(11)).toMatchObject({ silent: ['orders'], marks: {} });
    expect(at(61)).toMatchObject({ silent: ['orders'], marks: { 'g-1': NOW } });
  });

  it('counts a lease that was never written, or was lost, from when it was first missed', () => {
    const first = judge([groupOf(1)], evidence({ leases: new Map() }));
    expect(first).toMatchObject({ leaseMissing: { orders: NOW }, marks: {} });
    const later = judge([groupOf(1)], evidence({ leases: new Map(), memory: first, now: NOW + 61 * MINUTE }));
    expect(later.marks).toEqual({ 'g-1': NOW + 61 * MINUTE });
  });

  it('takes more than it can mark at once in turn, those that were marked first before others', () => {
    let left = Array.from({ length: 1200 }, (_, index) => groupOf(index));
    let known: Evidence['memory'] = memory;
    const removed: number[] = [];
    for (let at = NOW; removed.length < 5; at += 2 * MINUTE) {
      // No order of a list says anything about the next.
      left.reverse();
      const judged = judge(left, evidence({ declared: ['mails'], memory: known, now: at }));
      expect(Object.keys(judged.marks).length).toBeLessThanOrEqual(500);
      left = left.filter(({ name }) => !judged.due.includes(name));
      removed.push(judged.due.length);
      known = judged;
    }
    expect(removed).toEqual([0, 500, 0, 500, 0]);
    expect(left).toHaveLength(200);
  });
});
