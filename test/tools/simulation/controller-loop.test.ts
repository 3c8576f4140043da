import { describe, expect, it } from 'vitest';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { scenario } from '../../support/scenario.ts';

describe('the controller loop', () => {
  it('asks for an evaluation each minute, whatever happens', async () => {
    const story = scenario();
    await story.run(600);
    expect(story.decisions.filter(({ trigger }) => trigger === 'heartbeat')).toHaveLength(10);
  });

  it('evaluates within five seconds of a change of the queue', async () => {
    const story = scenario();
    await story.run(62);
    story.queue.send(...Array.from({ length: 500 }, () => ({ body: {} })));
    await story.run(4);
    expect(story.last()).toMatchObject({ trigger: 'queue-depth', at: story.clock.now() - 1_000 });
  });

  it('makes one evaluation of a workload at a time, and the clock stands still meanwhile', async () => {
    let [running, most, moved] = [0, 0, 0];
    const story = scenario({
      load: 20,
      intercept: async (port, method, run) => {
        if (port !== 'ledger' || method !== 'last') return run();
        const before = story.clock.now();
        most = Math.max(most, ++running);
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
        running--;
        moved = Math.max(moved, story.clock.now() - before);
        return run();
      },
    });
    for (let count = 0; count < 5; count++) await story.ports.evaluations.request('orders', 'burst of triggers');
    await story.run(60);
    expect(most).toBe(1);
    // The grain of the clock: what is due within it runs together.
    expect(moved).toBeLessThanOrEqual(story.clock.quantum);
  });

  it('takes a failed timer for a failed call of it and goes on', async () => {
    const failure = { class: 'wait', code: 'ServerBusy', message: 'busy' } as const;
    const story = scenario({
      intercept: async (port, method, run, args) => {
        if (port === 'controls' && method === 'mark' && args[0] === 'probe')
          throw new AzureFailure('Reading', failure, undefined);
        return run();
      },
    });
    await story.run(120);
    expect(story.logged).toContainEqual({
      event: 'function-failed',
      fields: { name: 'probe', message: 'Reading: ServerBusy: busy' },
    });
    expect(story.decisions.length).toBeGreaterThan(0);
  });

  it('tells the same story for the same seed', async () => {
    const told = async () => {
      const story = scenario({ load: 20, seed: 5, faults: { rules: [{ fault: '500', share: 0.1 }] } });
      await story.run(200);
      return story.decisions;
    };
    expect(await told()).toEqual(await told());
  });
});
