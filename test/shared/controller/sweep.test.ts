import { describe, expect, it } from 'vitest';
import { pollReplica } from '../../../shared/controller/drain-contract.ts';
import { judge, sweep } from '../../../shared/controller/sweep.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Group } from '../../../shared/ports/container-groups.ts';
import type { WriteOutcome } from '../../../shared/ports/errors.ts';
import { scenario } from '../../support/scenario.ts';
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
    expect(at(9)).toEqual({ silent: [], marks: {}, leaseMissing: {}, due: [] });
    expect(at(60)).toEqual({ silent: ['orders'], marks: {}, leaseMissing: {}, due: [] });
    expect(at(61)).toEqual({ silent: ['orders'], marks: { 'g-1': NOW }, leaseMissing: {}, due: [] });
  });

  it('counts a lease that was never written, or was lost, from when it was first missed', () => {
    const first = judge([groupOf(1)], evidence({ leases: new Map() }));
    expect(first).toEqual({ leaseMissing: { orders: NOW }, marks: {}, silent: [], due: [] });
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

  it('marks what can be deleted before what is only stopped and stays, however long that is marked', () => {
    const stays = Array.from({ length: 500 }, (_, index) => {
      const { [TAGS.revision]: _revision, ...tags } = groupOf(index).tags;
      return groupOf(index, { tags });
    });
    const all = [...stays, groupOf(9999)];
    const first = judge(stays, evidence({ declared: ['mails'] }));
    const second = judge(all, evidence({ declared: ['mails'], memory: first, now: NOW + 2 * MINUTE }));
    const third = judge(all, evidence({ declared: ['mails'], memory: second, now: NOW + 4 * MINUTE }));
    expect(third.due).toContain('g-9999');
  });
});

describe('a sweep', () => {
  /** Three sweeps two minutes apart over these groups, of a workload that is not declared any more. */
  async function swept(groups: Group[], outcome: WriteOutcome = { status: 'accepted' }, declaredAgo = 0) {
    const { context, clock, loop, logged, run } = scenario();
    loop.stop();
    const calls: string[] = [];
    const write = (kind: string) => async (name: string) => (calls.push(`${kind} ${name}`), outcome);
    context.ports.containerGroups = {
      ...context.ports.containerGroups,
      list: async () => groups,
      get: async (name) => groups.find((group) => group.name === name),
      delete: write('delete'),
      stop: write('stop'),
    };
    const polls: (string | undefined)[] = [];
    for (let each = 0; each < 3; each++) {
      await context.ports.controls.setMark('declared', clock.now() - declaredAgo, ['mails']);
      await sweep(context);
      const answer = await pollReplica({ ...context, workloads: [] }, 'orders', 'g-1', { busy: true });
      polls.push(answer?.state);
      await run(120);
    }
    return { calls, polls, logged: logged.map(({ event, fields }) => `${event} ${String(fields['outcome'])}`) };
  }
  const declared = (ordinal: number, state: string): Group => {
    const { [TAGS.revision]: _, ...tags } = groupOf(ordinal).tags;
    return groupOf(ordinal, { tags, state });
  };

  it('tells the replicas of an orphan to drain, and deletes it at later ones', async () => {
    const { calls, polls } = await swept([groupOf(1)]);
    expect(polls).toEqual(['drain', 'drain', 'drain']);
    expect(calls).toEqual(['delete g-1', 'delete g-1']);
  });

  it('only ever stops groups that were declared beforehand, and those alone that bill', async () => {
    const { calls } = await swept([declared(1, 'Running'), declared(2, 'Stopped')]);
    expect(calls).toEqual(['stop g-1', 'stop g-1']);
  });

  it('stops all groups that were declared beforehand, in turns, though those that are stopped stay', async () => {
    const { context, clock, loop, run } = scenario();
    loop.stop();
    const groups = new Map(Array.from({ length: 1100 }, (_, index) => [`g-${index}`, declared(index, 'Running')]));
    context.ports.containerGroups = {
      ...context.ports.containerGroups,
      list: async () => [...groups.values()],
      get: async (name) => groups.get(name),
      stop: async (name) => (groups.set(name, declared(Number(name.slice(2)), 'Stopped')), { status: 'accepted' }),
    };
    const running = () => [...groups.values()].filter(({ state }) => state === 'Running').map(({ name }) => name);
    const sweeps = async (count: number): Promise<void> => {
      for (let each = 0; each < count; each++) {
        await context.ports.controls.setMark('declared', clock.now(), ['mails']);
        await sweep(context);
        await run(120);
      }
    };
    await sweeps(2);
    expect(running()).toHaveLength(600);
    await sweeps(7);
    expect(running()).toEqual([]);
    // One that failed may revive, and is stopped when its turn comes again.
    for (const name of ['g-0', 'g-1099']) groups.set(name, declared(Number(name.slice(2)), 'Running'));
    await sweeps(9);
    expect(running()).toEqual([]);
  });

  it('says that a group stays, and why, when its removal was refused', async () => {
    const failure = { class: 'permanent', code: 'AuthorizationFailed', message: 'no right' } as const;
    const { logged } = await swept([groupOf(1)], { status: 'failed', failure });
    expect(logged).toEqual(['orphan-stays AuthorizationFailed', 'orphan-stays AuthorizationFailed']);
  });

  it('takes nothing for an orphan by a list of declared workloads that is ten minutes old', async () => {
    const { calls, polls } = await swept([groupOf(1)], { status: 'accepted' }, 10 * MINUTE);
    expect([calls, polls]).toEqual([[], [undefined, undefined, undefined]]);
  });
});
