import { describe, expect, it } from 'vitest';
import { pollReplica } from '../../../shared/controller/drain-contract.ts';
import { sweep } from '../../../shared/controller/sweep.ts';
import { takePoll } from '../../../shared/controller/take-poll.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { scenario } from '../../support/scenario.ts';
import { stateOf } from '../../support/observation-of.ts';

async function draining(name: string) {
  const story = scenario();
  story.loop.stop();
  await story.ports.planner.save('orders', stateOf({ drains: { [name]: story.clock.now() } }), undefined);
  const poll = async (replica: string, busy: boolean, told?: 'serve' | 'drain') => {
    await story.run(5);
    const answer = await pollReplica(story.context, 'orders', replica, { busy, told });
    const beats = await story.ports.controls.beats('orders');
    return { state: answer?.state, told: beats.find((beat) => beat.replica === replica)?.busy };
  };
  return { ...story, poll };
}

describe('the drain contract', () => {
  it('lets a replica that nobody drains serve on, and takes its word', async () => {
    const { poll } = await draining('g-1');
    expect(await poll('g-2', false)).toEqual({ state: 'serve', told: false });
    expect(await poll('g-2', true)).toEqual({ state: 'serve', told: true });
  });

  it('counts a replica as busy until it has heard that it drains: it may take work before', async () => {
    const { poll } = await draining('g-1');
    expect(await poll('g-1', false)).toEqual({ state: 'drain', told: true });
    expect(await poll('g-1', false)).toEqual({ state: 'drain', told: false });
  });

  it('knows a machine of the scale set by its id', async () => {
    const { poll } = await draining('instance:4');
    expect(await poll('4', false)).toMatchObject({ state: 'drain' });
  });

  it('believes a replica that says it has not heard yet', async () => {
    const { poll } = await draining('g-1');
    await poll('g-1', false);
    expect(await poll('g-1', false, 'serve')).toEqual({ state: 'drain', told: true });
    expect(await poll('g-1', false, 'drain')).toEqual({ state: 'drain', told: false });
  });

  it('takes idle for no answer when the replica was told of an earlier drain', async () => {
    const { poll, ports, clock } = await draining('g-1');
    await poll('g-1', false);
    await ports.controls.setDrains('orders', { at: clock.now(), since: { 'g-1': clock.now() } });
    expect(await poll('g-1', false)).toEqual({ state: 'drain', told: true });
  });

  it('tells the log of a replica that drains and says nothing clear of its work', async () => {
    const { context, logged } = await draining('g-1');
    const poll = { workload: 'orders', told: undefined, token: undefined, principal: undefined };
    const told = () => logged.filter(({ event }) => event === 'busy-unclear').map(({ fields }) => fields);
    await takePoll(context, { ...poll, name: 'g-2', busy: 'idle' });
    for (const busy of ['true', 'No', undefined]) await takePoll(context, { ...poll, name: 'g-1', busy });
    expect(told()).toEqual([]);
    await takePoll(context, { ...poll, name: 'g-1', busy: 'idle' });
    expect(told()).toEqual([{ workload: 'orders', name: 'g-1', busy: 'idle' }]);
  });

  it('knows no workload that does not run', async () => {
    const { context } = await draining('g-1');
    expect(await pollReplica(context, 'mails', 'g-1', { busy: false })).toBeUndefined();
  });
});

describe('a poll', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['1', true],
    ['idle', true],
    ['', true],
    [undefined, true],
    ['false', false],
    ['FALSE', false],
    [' False', false],
    ['no', false],
    ['Off', false],
    ['0', false],
  ])('that says it is busy with %j counts as busy: %s, so that no work is cut short', async (busy, counted) => {
    const { context, ports } = scenario();
    const nothing = { told: undefined, token: undefined, principal: undefined };
    const answer = await takePoll(context, { workload: 'orders', name: 'g-1', busy, ...nothing });
    expect(answer).toEqual({ status: 200, state: 'serve' });
    expect(await ports.controls.lastBeat('orders', 'g-1')).toMatchObject({ busy: counted });
  });

  const callsOf = async (since: Record<string, number>, ageSeconds: number): Promise<string[]> => {
    const calls: string[] = [];
    const story = scenario({
      intercept: (port, method, run) => {
        calls.push(`${port}.${method}`);
        return run();
      },
    });
    story.loop.stop();
    await story.ports.controls.setDrains('orders', { at: story.clock.now(), since });
    await story.ports.planner.save('orders', stateOf({ drains: since }), undefined);
    await story.run(ageSeconds);
    calls.length = 0;
    await pollReplica(story.context, 'orders', 'g-1', { busy: true });
    return calls;
  };

  it('costs one small read and one write, and one more read while the replica drains', async () => {
    expect(await callsOf({}, 600)).toEqual(['controls.drains', 'controls.beat']);
    expect(await callsOf({ 'g-1': 1 }, 30)).toEqual(['controls.drains', 'controls.lastBeat', 'controls.beat']);
  });

  it('reads the planner state only when the last evaluation that saw drains is long ago', async () => {
    expect(await callsOf({ 'g-1': 1 }, 90)).toContain('planner.load');
  });

  it('is answered `drain` for a group that the sweeper is about to remove because nobody evaluates', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 1 } } });
    await story.run(20 * 60);
    const poll = async () =>
      (await pollReplica(story.context, 'orders', story.names()[0] ?? '', { busy: true }))?.state;
    const row = await story.ports.controls.drains('orders');
    expect(row).toMatchObject({ at: expect.toSatisfy((at: number) => story.clock.now() - at < 10 * 60_000) });
    story.loop.stop();
    for (const [minutes, answer] of [
      [59, 'serve'],
      [3, 'drain'],
    ] as const) {
      await story.run(minutes * 60);
      await story.ports.controls.setMark('declared', story.clock.now(), ['orders']);
      await sweep(story.context);
      expect(await poll()).toBe(answer);
    }
  });

  it('is answered by the planner state when the row beside it is damaged, and that is told', async () => {
    const story = await draining('g-1');
    story.ports.controls.drains = async () => 'unreadable';
    expect(await story.poll('g-1', true)).toEqual({ state: 'drain', told: true });
    expect(story.logged.map(({ event }) => event)).toContain('drains-unread');
  });

  it('is answered by the tag in Azure when all tables are lost', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 1 } } });
    await story.run(150);
    story.loop.stop();
    const [name = ''] = story.names();
    const group = await story.ports.containerGroups.get(name);
    await story.ports.containerGroups.setTags(name, { ...group?.tags, [TAGS.drain]: String(story.clock.now()) });
    story.stores.losePlannerState();
    story.stores.controls.drains = async () => undefined;
    expect(await pollReplica(story.context, 'orders', name, { busy: false })).toEqual({ state: 'drain' });
  });
});
