// Discovery on the simulated world: what clients resolve, step by step.

import { describe, expect, it } from 'vitest';
import { readRegistry } from '../../../shared/controller/registry.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Intercept } from '../../../tools/simulation/memory-ports.ts';
import { POOL, published, RECORDS, TTL } from '../../support/published.ts';
import { scenario } from '../../support/scenario.ts';

describe('a workload that is published', () => {
  it('is resolved to base and burst in one record set, each when its probe was answered', async () => {
    const story = published();
    await story.run(20);
    expect(story.resolved()).toHaveLength(2);
    await story.run(400);
    expect(story.serving().length).toBeGreaterThan(2);
    expect([...story.resolved()].toSorted()).toEqual(expect.arrayContaining(story.serving().toSorted()));
    expect(story.resolved()).toHaveLength(2 + story.serving().length);
  });

  it('writes nothing while nothing changes', async () => {
    const story = published();
    await story.run(600);
    const { changes } = story.model.zones;
    const before = story.resolved();
    await story.run(120);
    expect(story.resolved()).toEqual(before);
    expect(story.model.zones.changes).toBe(changes);
  });

  it('is not resolved to a replica that fails after the next evaluation', async () => {
    const story = published();
    await story.run(400);
    const group = story.groups().find(({ running }) => running);
    const address = group?.ip ?? '';
    expect(story.resolved()).toContain(address);
    group?.exit(1, 60_000);
    await story.run(16);
    expect(story.resolved()).not.toContain(address);
    await story.run(75);
    expect(story.resolved()).toContain(address);
  });

  it('is resolved to the new address of a replica that the platform moved, once it is ready there', async () => {
    const story = published();
    await story.run(400);
    const group = story.groups().find(({ running }) => running);
    const before = group?.ip ?? '';
    group?.relocate();
    await story.run(16);
    expect(story.resolved()).not.toContain(before);
    await story.run(180);
    expect(group?.ip).not.toBe(before);
    expect(story.resolved()).toContain(group?.ip);
  });

  it('is not resolved to an address that passed to a new replica, before that one is known to be ready', async () => {
    let passed = 'nobody';
    const listedWhenAsked: boolean[] = [];
    const failure = { class: 'wait', code: 'ServerBusy', message: 'busy' } as const;
    const fresh = (): string | undefined => story.groups().find(({ ip = passed }) => !old.includes(ip))?.ip;
    const intercept: Intercept = async (port, method, run, args) => {
      // Until the new one has the address, the old one cannot be taken out.
      const writable = passed === 'nobody' || fresh() !== undefined;
      if (port === 'recordSets' && method === 'publish' && !writable) return { status: 'failed', failure } as never;
      const [call] = args as [{ ip?: string }];
      if (port === 'probes' && call.ip === passed) {
        if (fresh() !== undefined) listedWhenAsked.push(story.resolved().includes(passed));
        return 'healthy' as never;
      }
      const answer: unknown = await run();
      const from = passed === 'nobody' ? undefined : fresh();
      if (port !== 'containerGroups' || from === undefined || answer === undefined) return answer as never;
      return JSON.parse(JSON.stringify(answer).replaceAll(`"${from}"`, `"${passed}"`));
    };
    const scaling = { base: { mode: 'none' as const, scaleSet: undefined }, burst: { minGroups: 2 } };
    const story = published({ load: 0, intercept, scaling });
    await story.run(400);
    const old = story.serving();
    expect([...story.resolved()].toSorted()).toEqual(old.toSorted());
    passed = story.groups()[0]?.ip ?? '';
    await story.ports.containerGroups.delete(story.names()[0] ?? '');
    await story.run(300);
    expect(listedWhenAsked[0]).toBe(false);
    expect(story.resolved()).toContain(passed);
  });

  it('while it is rolled out, replicas of the revision before are probed as they were declared, listed and taken out', async () => {
    // Each revision answers at its own port alone.
    const intercept: Intercept = async (port, _, run, args) => {
      const [call] = args as [{ ip: string; port: number }];
      if (port !== 'probes') return run();
      const group = story.groups().find(({ ip }) => ip === call.ip);
      const own = group?.body.tags[TAGS.revision] === 'ffff0002' ? 9090 : 8080;
      return call.port === own ? run() : ('unreachable' as Awaited<ReturnType<typeof run>>);
    };
    const rollout = { steps: [{ share: 10, bakeSeconds: 3600 }] };
    const story = published({ load: 6, intercept, scaling: { base: { mode: 'none' }, rollout } });
    await story.run(400);
    const [workload] = story.context.workloads;
    if (!workload) throw new Error('There is no workload.');
    const spec = { ...workload.spec, probe: { path: '/healthz', port: 9090 } };
    story.context.workloads = [{ ...workload, revision: 'ffff0002', spec }];
    await story.run(240);
    const old = story.groups().filter(({ running, body }) => running && body.tags[TAGS.revision] !== 'ffff0002');
    expect(old.length).toBeGreaterThan(3);
    expect(old.length).toBeLessThan(story.serving().length);
    expect([...story.resolved()].toSorted()).toEqual(story.serving().toSorted());
    const [crashed, moved] = old;
    const before = crashed?.ip ?? '';
    crashed?.exit(1, 60_000);
    moved?.relocate();
    await story.run(16);
    expect(story.resolved()).not.toContain(before);
    await story.run(180);
    expect(story.resolved()).toContain(moved?.ip);
  });

  it('leaves discovery before it is told to drain, and drains when no client holds its address', async () => {
    const lastResolved = new Map<string, number>();
    const told = new Map<string, number>();
    const intercept: Intercept = (port, method, run, args) => {
      const [name, tags] = args as [string, Record<string, string>];
      if (port === 'containerGroups' && method === 'setTags' && TAGS.drain in tags) told.set(name, story.clock.now());
      return run();
    };
    const story = published({ intercept });
    await story.run(300);
    story.setLoad(0);
    for (let second = 0; second < 300; second++) {
      await story.run(1);
      const listed = new Set(story.resolved());
      for (const { id, ip = '' } of story.groups()) if (listed.has(ip)) lastResolved.set(id.name, story.clock.now());
    }
    expect(told.size).toBeGreaterThan(2);
    const waited = [...told].map(([name, at]) => (at - (lastResolved.get(name) ?? 0)) / 1000);
    expect(Math.min(...waited)).toBeGreaterThanOrEqual(TTL);
    expect(story.reasons('service-leaving').length).toBeGreaterThan(0);
    expect(story.groups()).toEqual([]);
    expect(story.resolved()).toHaveLength(2);
  });

  it('leaves on although a reading of the demand fails now and then while it waits', async () => {
    let failing = false;
    const intercept: Intercept = (port, _, run) => {
      if (port !== 'queueDepths' || !failing) return run();
      return Promise.reject(
        new AzureFailure('Reading', { class: 'wait', code: 'ServerBusy', message: 'busy' }, undefined),
      );
    };
    const story = published({ intercept, scaling: { discovery: { recordSet: RECORDS, ttlSeconds: 60 } } });
    await story.run(400);
    const most = story.resolved().length;
    story.setLoad(0);
    let listed = most;
    for (let second = 0; second < 400; second++) {
      failing = second % 30 >= 20;
      await story.run(1);
      expect(story.resolved().length).toBeLessThanOrEqual(listed);
      listed = story.resolved().length;
    }
    expect(story.reasons('held-in').length).toBeGreaterThan(0);
    expect(listed).toBe(2);
    expect(story.groups().filter(({ running }) => running)).toEqual([]);
  });

  it('keeps all its members through minutes in which nothing of Azure can be read, and after a loss of state', async () => {
    const scaling = { base: { mode: 'none', scaleSet: undefined }, burst: { maxGroups: 6 } } as const;
    const story = published({ scaling });
    await story.run(400);
    const before = [...story.resolved()].toSorted();
    expect(before.length).toBeGreaterThan(2);
    story.model.faults.set({ rules: [{ fault: '503', calls: 'reads' }] });
    await story.run(90);
    story.model.faults.set({});
    story.stores.losePlannerState();
    for (let second = 0; second < 120; second++) {
      await story.run(1);
      expect(story.resolved()).toEqual(expect.arrayContaining(before));
    }
  });

  it('keeps its members and its replicas when none of several answers although all run: that may be us', async () => {
    let deaf = false;
    const intercept: Intercept = async (port, _, run) =>
      port === 'probes' && deaf ? ('unreachable' as never) : await run();
    const scaling = { base: { mode: 'none' as const, scaleSet: undefined }, burst: { minGroups: 4 } };
    const story = published({ load: 0, intercept, scaling });
    await story.run(400);
    const before = [...story.resolved()].toSorted();
    const at = story.clock.now();
    deaf = true;
    for (let minute = 0; minute < 10; minute++) {
      await story.run(60);
      expect([...story.resolved()].toSorted()).toEqual(before);
    }
    expect(before).toHaveLength(4);
    expect(story.actionsSince(at)).toEqual([]);
    expect(story.last().reasons.filter(({ code }) => code === 'probes-unheard')).toHaveLength(1);
    // Azure shows what has ended, whether it answers or not.
    story.groups()[0]?.exit(1, 60_000);
    await story.run(30);
    expect(story.resolved()).toHaveLength(3);
  });

  it('is told when the addresses of the base cannot be read', async () => {
    const failure = { class: 'permanent', code: 'AuthorizationFailed', message: 'no right' } as const;
    const intercept: Intercept = async (port, _, run) => {
      if (port === 'instanceAddresses') throw new AzureFailure('Reading', failure, undefined);
      return await run();
    };
    const story = published({ intercept });
    await story.run(60);
    expect(story.last().reasons).toContainEqual({
      code: 'service-unread',
      values: { sink: 'the list of addresses of the scale set', problem: 'AuthorizationFailed' },
    });
  });

  it('is in a pool with at most one write a minute, however much changes', async () => {
    const story = published({ scaling: { discovery: { backendPool: POOL, ttlSeconds: TTL } } });
    await story.run(600);
    const { changedAt } = story.model.gateways;
    const gaps = changedAt.slice(1).map((at, index) => at - (changedAt[index] ?? 0));
    expect(changedAt.length).toBeGreaterThan(1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60_000);
    expect(story.model.gateways.listed(POOL)).toHaveLength(2 + story.serving().length);
  });

  it('is resolved to twenty of many members, and the registry lists them all', async () => {
    const story = published({ load: 60 });
    await story.run(240);
    const all = 2 + story.serving().length;
    expect(all).toBeGreaterThan(20);
    expect(story.resolved()).toHaveLength(20);
    const known = await story.ports.registry.read('orders');
    expect(known?.document?.members).toHaveLength(all);
    expect(story.reasons('service-subset').length).toBeGreaterThan(0);
  });

  it('has its registry written anew when what it held is damaged, and until then nobody drains on its word', async () => {
    const story = published({ scaling: { discovery: { registry: 'on', ttlSeconds: TTL } } });
    await story.run(400);
    const intact = story.ports.registry;
    let damaged = true;
    let full = true;
    const registry: typeof intact = {
      read: async (name) => {
        const found = await intact.read(name);
        return found && damaged ? { ...found, document: undefined } : found;
      },
      write: async (...row) => {
        const written = !full && (await intact.write(...row));
        damaged &&= !written;
        return written;
      },
    };
    story.context.ports.registry = registry;
    expect(await readRegistry(story.context, 'orders', undefined)).toMatchObject({ status: 503 });
    const at = story.clock.now();
    story.setLoad(1);
    await story.run(200);
    expect(story.reasons('service-leaving', at)).not.toEqual([]);
    expect(story.reasons('drain-out', at)).toEqual([]);
    full = false;
    await story.run(20);
    expect((await registry.read('orders'))?.document?.members.length).toBeGreaterThanOrEqual(2);
    expect(story.logged.filter(({ event }) => event === 'registry-unreadable')).toHaveLength(1);
  });

  it('says what stands in the way when the record set cannot be written', async () => {
    const failure = { class: 'permanent', code: 'AuthorizationFailed', message: 'no right to write' } as const;
    const intercept: Intercept = async (port, method, run) =>
      port === 'recordSets' && method === 'publish' ? ({ status: 'failed', failure } as never) : await run();
    const story = published({ intercept });
    await story.run(30);
    expect(story.reasons('service-failed')).toContainEqual(
      'orders could not be written (AuthorizationFailed: no right to write); the next evaluation tries again.',
    );
  });

  it('a listing that cannot be read holds a drain for minutes, not for ever', async () => {
    let gone = false;
    const failure = { class: 'wait', code: 'Network', message: 'no answer' } as const;
    const intercept: Intercept = async (port, method, run) => {
      if (gone && port === 'recordSets' && method === 'read') throw new AzureFailure('Reading', failure, undefined);
      return await run();
    };
    const story = published({ intercept });
    await story.run(300);
    gone = true;
    story.setLoad(0);
    await story.run(200);
    expect(story.groups().length).toBeGreaterThan(0);
    await story.run(400);
    expect(story.groups()).toEqual([]);
  });
});

describe('the registry', () => {
  it('tells every member, and says 304 to whoever has the newest document', async () => {
    const story = published({ scaling: { discovery: { registry: 'on', recordSet: undefined, ttlSeconds: TTL } } });
    await story.run(400);
    const first = await readRegistry(story.context, 'orders', undefined);
    expect(first).toMatchObject({ status: 200, headers: { 'cache-control': 'max-age=10' }, body: { port: 8080 } });
    const members = first.body && 'members' in first.body ? first.body.members : [];
    expect(members.map(({ address }) => address)).toEqual(expect.arrayContaining(story.serving()));
    expect(members).toHaveLength(2 + story.serving().length);
    const again = await readRegistry(story.context, 'orders', first.headers['etag']);
    expect(again).toEqual({ status: 304, headers: first.headers });
    story
      .groups()
      .find(({ running }) => running)
      ?.exit(1);
    await story.run(16);
    expect(await readRegistry(story.context, 'orders', `"x", W/${first.headers['etag']}`)).toMatchObject({
      status: 200,
    });
  });

  it('knows nothing of a workload that is not published or not there', async () => {
    const story = scenario();
    expect(await readRegistry(story.context, 'orders', undefined)).toMatchObject({ status: 404 });
    expect(await readRegistry(story.context, 'others', undefined)).toMatchObject({ status: 404 });
  });
});
