// What goes wrong around the controller, and what it does about it.

import { describe, expect, it } from 'vitest';
import { evaluate, type Evaluated } from '../../../shared/controller/evaluate.ts';
import type { PlannerState } from '../../../shared/controller/plan-types.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { stateOf } from '../../support/observation-of.ts';
import { scenario, type Scenario } from '../../support/scenario.ts';
import { workloadOf } from '../../support/workload-of.ts';
import type { Intercept } from '../../../tools/simulation/memory-ports.ts';

const REMOVING = new Set(['drain-group', 'stop-group', 'delete-group', 'shrink-base']);

const NO_ROOM = { class: 'elsewhere', code: 'ContainerGroupQuotaReached', message: 'no room' } as const;

const removalsSince = (story: Scenario, at: number): string[] =>
  story
    .actionsSince(at + 1)
    .map(({ action }) => action.kind)
    .filter((kind) => REMOVING.has(kind));

/** Calls of one port fail while `on` says so. */
function failing(port: string, on: () => boolean): Intercept {
  return async (name, method, run) => {
    if (name !== port || !on()) return run();
    const failure = { class: 'wait', code: 'ServerBusy', message: 'try later', retryAfterMs: 1000 } as const;
    throw new AzureFailure(`Calling ${method}`, failure, undefined);
  };
}

async function inBurst(options: Parameters<typeof scenario>[0] = {}, load = 30): Promise<Scenario> {
  const story = scenario({ load: 3, ...options });
  await story.run(60);
  story.setLoad(load);
  await story.run(150);
  expect(story.groups().length).toBeGreaterThanOrEqual(10);
  return story;
}

describe('readings that cannot be trusted', () => {
  it('a queue that cannot be read never scales in', async () => {
    let broken = false;
    const story = await inBurst({ intercept: failing('queueDepths', () => broken) });
    const [before, at] = [story.groups().length, story.clock.now()];
    broken = true;
    story.setLoad(0);
    await story.run(900);
    expect(story.groups().length).toBeGreaterThanOrEqual(before);
    expect(removalsSince(story, at)).toEqual([]);
    expect(story.reasons('queue-stale', at).at(-1)).toContain('ServerBusy');
    broken = false;
    await story.run(300);
    expect(story.names()).toEqual([]);
  });

  it('a throttled namespace that reports zero does not scale in', async () => {
    const story = await inBurst({}, 80);
    const at = story.clock.now();
    const { queueDepths } = story.context.ports;
    story.context.ports.queueDepths = {
      read: async (_, queues) =>
        new Map(
          queues.map((queue) => [queue, { value: { active: 0, deadLetter: 0, scheduled: 0 }, at: story.clock.now() }]),
        ),
    };
    await story.run(240);
    expect(removalsSince(story, at)).toEqual([]);
    expect(story.reasons('zero-suspicious', at)).not.toEqual([]);
    story.context.ports.queueDepths = queueDepths;
    await story.run(60);
    expect(removalsSince(story, at)).toEqual([]);
  });

  it('minute metrics that cannot be read for five minutes are told once, those that come late are not', async () => {
    let broken = false;
    const story = scenario({ load: 10, intercept: failing('queueMetrics', () => broken) });
    const told = () => story.logged.filter(({ event }) => event === 'minutes-unread').length;
    const after = async (seconds: number) => {
      await story.run(seconds);
      return [story.last().reasons.some(({ code }) => code === 'minutes-unread'), told()];
    };
    const { queueMetrics } = story.context.ports;
    story.context.ports.queueMetrics = { minutes: async () => [] };
    expect(await after(900)).toEqual([false, 0]);
    story.context.ports.queueMetrics = queueMetrics;
    const at = story.clock.now();
    broken = true;
    expect(await after(270)).toEqual([false, 0]);
    expect(await after(630)).toEqual([true, 1]);
    expect(story.reasons('minutes-unread', at).at(-1)).toMatch(/of queue bus\/orders .* for 14 minutes \(ServerBusy\)/);
    broken = false;
    expect(await after(120)).toEqual([false, 1]);
  });

  it('groups that cannot be listed are neither doubled nor taken away', async () => {
    let broken = false;
    const intercept: Intercept = (port, method, run, args) =>
      method === 'list' ? failing('containerGroups', () => broken)(port, method, run, args) : run();
    const story = await inBurst({ intercept });
    const [before, at] = [story.groups().length, story.clock.now()];
    broken = true;
    story.setLoad(0);
    await story.run(300);
    expect(story.names()).toHaveLength(before);
    expect(removalsSince(story, at)).toEqual([]);
  });
});

describe('answers that are lost', () => {
  const dropping = (fault: 'dropAnswer' | 'dropRequest' | '500') => async (): Promise<void> => {
    const story = scenario({ load: 3 });
    await story.run(60);
    const now = story.clock.now();
    story.model.faults.set({ rules: [{ fault, calls: 'writes', from: now, to: now + 30_000 }] });
    story.setLoad(20);
    await story.run(75);
    const ordinals = story.groups().map((group) => group.body.tags['spillway-ordinal']);
    expect(new Set(ordinals).size).toBe(ordinals.length);
    // Who was beaten in the race is gone already.
    const gone = removalsSince(story, now).filter((kind) => kind === 'delete-group').length;
    expect(story.model.groups.counters).toMatchObject({ putsOnLiveGroups: 0, groupsCreated: ordinals.length + gone });
    expect(ordinals.length).toBeGreaterThanOrEqual(15);
    story.setLoad(3);
    await story.run(400);
    expect(story.names()).toEqual([]);
  };

  it('a dropped answer of a create makes no second group', dropping('dropAnswer'));
  it('a create that never arrived is made up for', dropping('dropRequest'));
  it('a create that Azure answered with 500 is made up for', dropping('500'));

  it('a third of all calls failing delays the burst and leaves nothing behind', async () => {
    const faults = { rules: (['429', '500', 'dropAnswer'] as const).map((fault) => ({ fault, share: 0.12 })) };
    const story = scenario({ load: 3, faults });
    await story.run(60);
    story.setLoad(20);
    await story.run(180);
    expect(story.groups().length).toBeGreaterThanOrEqual(12);
    story.setLoad(2);
    await story.run(500);
    // While they last, a scale set that stays unread for long calls for a group or two; those are taken away after.
    story.model.faults.set({});
    await story.run(200);
    expect(story.names()).toEqual([]);
    expect(story.model.groups.counters.putsOnLiveGroups).toBe(0);
  });
});

describe('what is lost is found again', () => {
  it.each([5, 12, 40, 100])(
    'losing all planner state %i s into a burst doubles nothing and leaves nothing',
    async (seconds) => {
      const story = scenario({ load: 3 });
      await story.run(60);
      story.setLoad(20);
      await story.run(seconds);
      story.stores.losePlannerState();
      await story.run(180);
      const ordinals = story.groups().map((group) => group.body.tags['spillway-ordinal']);
      expect(new Set(ordinals).size).toBe(ordinals.length);
      expect(story.model.groups.counters.putsOnLiveGroups).toBe(0);
      expect(story.model.groups.counters.maximumLive).toBeLessThanOrEqual(40);
      story.setLoad(2);
      await story.run(400);
      expect(story.names()).toEqual([]);
    },
  );

  it('a group that failed is replaced', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 3 } } });
    await story.run(150);
    const [victim] = story.groups();
    victim?.fail();
    await story.run(120);
    expect(story.groups()).not.toContain(victim);
    expect(story.groups().map((group) => group.state)).toEqual(['Running', 'Running', 'Running']);
    expect(story.reasons('failed-group')[0]).toContain('is failed');
  });

  it('a controller that was away for ten minutes takes up where it left', async () => {
    const story = await inBurst();
    const before = story.groups().length;
    story.loop.stop();
    story.setLoad(0);
    await story.run(600);
    expect(story.names()).toHaveLength(before);
    story.loop.start();
    await story.run(360);
    expect(story.names()).toEqual([]);
  });
});

describe('who loses the race for its claim', () => {
  /** One evaluation that would start groups; the port refuses its write because it was written meanwhile. */
  async function evaluatedWith(change: (ports: Ports) => Partial<Ports>) {
    const story = scenario({ scaling: { burst: { minGroups: 2 } } });
    story.loop.stop();
    const sent: string[] = [];
    const scheduled: number[] = [];
    const { ports } = story.context;
    const { planner, containerGroups, evaluations } = ports;
    story.context.ports = {
      ...ports,
      planner: { ...planner, save: async (...args) => (sent.push('save'), planner.save(...args)) },
      containerGroups: {
        ...containerGroups,
        create: async (group) => (sent.push('create'), containerGroups.create(group)),
      },
      evaluations: { ...evaluations, schedule: async (_, at) => void scheduled.push(at - story.clock.now()) },
    };
    Object.assign(story.context.ports, change(story.context.ports));
    const request = { workload: 'orders', trigger: 'test', enqueuedAt: story.clock.now(), attempt: 0 };
    const { status } = await evaluate(story.context, request);
    return { status, sent, scheduled };
  }

  it('of the planner state sends nothing and looks again in five seconds: its answer may have been lost', async () => {
    const lost = await evaluatedWith(({ planner }) => ({ planner: { ...planner, save: async () => undefined } }));
    expect(lost).toEqual({ status: 'conflict', sent: [], scheduled: [5_000] });
  });

  it('of the record of revisions claims nothing either', async () => {
    const lost = await evaluatedWith(({ rollouts }) => ({ rollouts: { ...rollouts, write: async () => false } }));
    expect(lost).toEqual({ status: 'conflict', sent: [], scheduled: [5_000] });
  });

  it('for what was refused sends no second round', async () => {
    let saves = 0;
    const refused = await evaluatedWith(({ planner, containerGroups }) => ({
      planner: { ...planner, save: async (...args) => (++saves > 2 ? undefined : planner.save(...args)) },
      containerGroups: {
        ...containerGroups,
        create: async (group) => {
          const outcome = await containerGroups.create(group);
          return outcome.status === 'accepted' ? { status: 'failed', failure: NO_ROOM } : outcome;
        },
      },
    }));
    expect(saves).toBe(3);
    expect(refused).toMatchObject({ status: 'decided', sent: ['save', 'create', 'create', 'save'] });
  });
});

describe('a stored state', () => {
  it('that no plan can be made of counts as lost, at the second try at the latest, and is replaced', async () => {
    const whole = stateOf({ replicas: {} });
    const odd = Object.keys(whole).flatMap((key) => [
      Object.fromEntries(Object.entries(whole).filter(([each]) => each !== key)),
      { ...whole, [key]: null },
    ]);
    let lost = 0;
    for (const state of odd) {
      const story = scenario();
      story.loop.stop();
      await story.ports.planner.save('orders', { ...state, version: 1 } as PlannerState, undefined);
      const request = { workload: 'orders', trigger: 'test', enqueuedAt: story.clock.now() + 60_000, attempt: 0 };
      const first = await evaluate(story.context, request);
      const second = first.status === 'failed' ? await evaluate(story.context, { ...request, attempt: 1 }) : first;
      const why = lossesIn(second);
      expect([state, second.status, why.slice(1)]).toEqual([state, 'decided', []]);
      lost += why.length;
      expect(lossesIn(await evaluate(story.context, request))).toEqual([]);
    }
    expect(lost).toBeGreaterThan(0);
  });

  it('is kept when something else of ours goes wrong once, while observing or reserving', async () => {
    for (const [port, method] of [
      ['containerGroups', 'list'],
      ['pools', 'write'],
    ]) {
      let broken = false;
      const intercept: Intercept = async (at, call, run) => {
        if (!broken || at !== port || call !== method) return await run();
        broken = false;
        throw new TypeError('terminated');
      };
      const story = scenario({ intercept, scaling: { burst: { minGroups: 1 } } });
      story.loop.stop();
      story.context.workloads.push({ ...workloadOf(), name: 'mails' });
      await story.ports.planner.save('orders', stateOf({ bornAt: 1 }), undefined);
      const request = { workload: 'orders', trigger: 'test', enqueuedAt: story.clock.now() + 60_000, attempt: 0 };
      broken = true;
      expect([port, (await evaluate(story.context, request)).status]).toEqual([port, 'failed']);
      expect(lossesIn(await evaluate(story.context, { ...request, attempt: 1 }))).toEqual([]);
      expect(await story.ports.planner.load('orders')).toMatchObject({ state: { bornAt: 1 } });
    }
  });
});

describe('what workloads claim of a region', () => {
  it('is as nothing where it is damaged, which is told, and stops no evaluation', async () => {
    let damaged = true;
    const intercept: Intercept = async (port, method, run) => {
      if (!damaged || port !== 'pools' || method !== 'read') return await run();
      damaged = false;
      return 'unreadable' as never;
    };
    const story = scenario({ intercept, scaling: { burst: { minGroups: 3 } } });
    story.context.workloads.push({ ...workloadOf(), name: 'mails' });
    await story.run(10);
    expect(story.groups()).toHaveLength(3);
    expect(story.logged.filter(({ event }) => event === 'claims-unread')).toEqual([
      { event: 'claims-unread', fields: { workload: 'orders', pool: 'westeurope' } },
    ]);
  });
});

/** Why planner state was lost, by what an evaluation says. */
const lossesIn = (evaluated: Evaluated): unknown[] =>
  evaluated.status === 'decided'
    ? evaluated.decision.reasons.flatMap(({ code, values }) => (code === 'state-lost' ? [values['how']] : []))
    : [];
