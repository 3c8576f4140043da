import { describe, expect, it } from 'vitest';
import { pollReplica } from '../../../shared/controller/drain-contract.ts';
import { scenario } from '../../support/scenario.ts';
import { stateOf } from '../../support/observation-of.ts';

async function draining(name: string) {
  const story = scenario();
  story.loop.stop();
  await story.ports.planner.save('orders', stateOf({ drains: { [name]: story.clock.now() } }), undefined);
  const poll = async (replica: string, busy: boolean) => {
    await story.run(5);
    const answer = await pollReplica(story.context, 'orders', replica, busy);
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

  it('knows no workload that does not run', async () => {
    const { context } = await draining('g-1');
    expect(await pollReplica(context, 'mails', 'g-1', false)).toBeUndefined();
  });
});
