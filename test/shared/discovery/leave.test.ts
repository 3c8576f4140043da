import { describe, expect, it } from 'vitest';
import { planService } from '../../../shared/discovery/service.ts';
import { fleet } from '../../../shared/health/fleet.ts';
import { groupOf, inputOf, NOW, observationOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';
import { heldNow, leave, putOff, type LeaveInput } from '../../../shared/discovery/leave.ts';

const at = (now: number, listed: string[] | undefined, before: LeaveInput['before'] = {}): LeaveInput => ({
  chosen: [{ name: 'g-1', address: '10.0.0.1' }],
  before,
  held: {},
  listed: listed && new Set(listed),
  ttlMs: 10_000,
  now,
});

describe('a replica that is chosen to drain', () => {
  it('waits while it is listed, then until no client can hold its address, and then drains', () => {
    let waiting = leave(at(0, ['10.0.0.1']));
    expect(waiting).toEqual({ 'g-1': { since: 0 } });
    waiting = leave(at(5_000, [], waiting));
    expect(waiting).toEqual({ 'g-1': { since: 0, outSince: 5_000 } });
    expect(leave(at(14_999, [], waiting))).toEqual(waiting);
    expect(leave(at(15_000, [], waiting))).toEqual({});
  });

  it('drains at once when it was never listed', () => {
    expect(leave(at(0, []))).toEqual({});
    expect(leave({ ...at(0, ['10.0.0.1']), chosen: [{ name: 'g-1', address: undefined }] })).toEqual({});
  });

  it('counts from the start when somebody listed it again', () => {
    const waiting = leave(at(20_000, ['10.0.0.1'], { 'g-1': { since: 0, outSince: 5_000 } }));
    expect(waiting).toEqual({ 'g-1': { since: 0 } });
  });

  it('waits for a listing that cannot be read, but not for ever', () => {
    const waiting = leave(at(0, undefined));
    expect(leave(at(239_999, undefined, waiting))).toEqual(waiting);
    expect(leave(at(240_000, undefined, waiting))).toEqual({});
  });

  it('waits as long when it was taken out as unwell before it was chosen', () => {
    const times = (now: number, listed: string[]) => ({ listed: new Set(listed), ttlMs: 10_000, now });
    const chosen = [{ name: 'g-1', address: '10.0.0.1' }];
    let held = heldNow(['10.0.0.1'], { ...times(0, ['10.0.0.1']), held: {} });
    held = heldNow(['10.0.0.1'], { ...times(5_000, []), held });
    expect(held).toEqual({ '10.0.0.1': 5_000 });
    // Well again, and not listed again yet.
    held = heldNow([], { ...times(7_000, []), held });
    expect(held).toEqual({ '10.0.0.1': 5_000 });
    const waiting = leave({ ...times(8_000, []), chosen, before: {}, held });
    expect(waiting).toEqual({ 'g-1': { since: 5_000, outSince: 5_000 } });
    expect(leave({ ...times(15_000, []), chosen, before: waiting, held })).toEqual({});
    expect(heldNow(['10.0.0.1'], { ...times(15_000, []), held })).toEqual({});
  });

  it('waits as long when it went in and out again while no listing could be read', () => {
    const times = (now: number, listed?: string[]) => ({ listed: listed && new Set(listed), ttlMs: 10_000, now });
    const chosen = [{ name: 'g-1', address: '10.0.0.1' }];
    let held = heldNow(['10.0.0.1'], { ...times(0), held: {} });
    expect(held).toEqual({ '10.0.0.1': 0 });
    held = heldNow(['10.0.0.1'], { ...times(5_000, ['10.0.0.2']), held });
    expect(Object.keys(leave({ ...times(8_000, ['10.0.0.2']), chosen, before: {}, held }))).toEqual(['g-1']);
    // One that was never out since listings can be read is not waited for.
    expect(heldNow(['10.0.0.3'], { ...times(8_000, ['10.0.0.2']), held: {} })).toEqual({});
  });

  it('goes on leaving when its drain is due and the limit on changes puts it off', () => {
    const before = { addresses: {}, leaving: { 'g-1': { since: 0, outSince: 5_000 }, 'g-2': { since: 0 } } };
    const cut = (name: string) => ({ kind: 'drain-group', name, tags: {} }) as const;
    expect(putOff({ addresses: {}, leaving: {} }, before, [cut('g-1'), cut('g-3')])).toEqual({
      addresses: {},
      leaving: { 'g-1': { since: 0, outSince: 5_000 } },
    });
    expect(putOff(undefined, before, [cut('g-1')])).toBeUndefined();
  });
});

it('a drain waits until the gateway has put the change in force that takes the replica out', () => {
  const groups = [groupOf(1, { ip: '10.0.0.1' })];
  const outSince = NOW - 20_000;
  const drained = (busy: boolean): string[] => {
    const pool = { status: 'read' as const, value: { addresses: [], busy }, at: NOW };
    const workload = workloadOf({ discovery: { backendPool: '/front/backendAddressPools/orders', ttlSeconds: 10 } });
    const observation = observationOf({ ...showing(groups), pool });
    const before = { addresses: { 'g-1': '10.0.0.1' }, leaving: { 'g-1': { since: outSince, outSince } } };
    const input = inputOf({ workload, observation, state: stateOf({ discovery: before }) });
    const fleetNow = fleet(observation, undefined, NOW);
    const actions = [{ kind: 'drain-group' as const, name: 'g-1', location: 'westeurope', tags: {} }];
    return planService({ input, ...fleetNow, actions, drains: {} }).actions.map(({ kind }) => kind);
  };
  expect(drained(false)).toEqual(['drain-group']);
  expect(drained(true)).toEqual([]);
});
