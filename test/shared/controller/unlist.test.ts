// Who is taken out of listings that are theirs no more, on the simulated world.

import { describe, expect, it } from 'vitest';
import { publish } from '../../../shared/controller/publish.ts';
import { unlist } from '../../../shared/controller/unlist.ts';
import type { Intercept } from '../../../tools/simulation/memory-ports.ts';
import { POOL, published, RECORDS, TTL } from '../../support/published.ts';

describe('a workload that is published', () => {
  it('is out of every listing when it is not declared any more, with its groups', async () => {
    const story = published({ scaling: { discovery: { recordSet: RECORDS, backendPool: POOL, ttlSeconds: TTL } } });
    await story.run(400);
    const pooled = (): readonly string[] => story.model.gateways.listed(POOL) ?? [];
    expect(Math.min(story.resolved().length, pooled().length)).toBeGreaterThan(2);
    story.context.workloads = [];
    story.context.declared = ['another'];
    await story.run(600);
    expect([story.groups(), story.resolved(), pooled()]).toEqual([[], [], []]);
    expect((await story.ports.registry.read('orders'))?.document?.members).toEqual([]);
  });

  it('that is declared under another name keeps its record set', async () => {
    const story = published();
    await story.run(400);
    const [workload] = story.context.workloads;
    if (!workload) throw new Error('There is no workload.');
    story.context.workloads = [{ ...workload, name: 'shop' }];
    story.context.declared = ['shop'];
    for (let minute = 0; minute < 10; minute++) {
      await story.run(60);
      expect(story.resolved().length).toBeGreaterThan(1);
    }
  });

  it('is out of a listing that its settings name no more, and in the one that they name now', async () => {
    const story = published({ scaling: { discovery: { recordSet: RECORDS, backendPool: POOL, ttlSeconds: TTL } } });
    await story.run(400);
    const pooled = (): readonly string[] => story.model.gateways.listed(POOL) ?? [];
    expect(Math.min(story.resolved().length, pooled().length)).toBeGreaterThan(2);
    story.declare({ recordSet: `${RECORDS}-2`, registry: 'on', ttlSeconds: TTL });
    await story.run(600);
    expect([story.resolved(), pooled()]).toEqual([[], []]);
    expect(story.model.zones.resolve(`${RECORDS}-2`)).toHaveLength(2 + story.serving().length);
    expect((await story.ports.registry.read('orders'))?.document?.members.length).toBeGreaterThan(2);
    expect(story.logged.some(({ event }) => event === 'workload-unlisted')).toBe(true);
    const said = story.logged.length;
    story.declare(undefined);
    await story.run(400);
    expect(story.model.zones.resolve(`${RECORDS}-2`)).toEqual([]);
    expect((await story.ports.registry.read('orders'))?.document?.members).toEqual([]);
    expect(story.groups().length).toBeGreaterThan(2);
    const left = story.logged.slice(said).filter(({ event }) => event === 'workload-unlisted');
    expect(left).toHaveLength(2);
  });

  it('stays in a listing that is named again before it was emptied, and in all while it only looks on', async () => {
    const story = published();
    await story.run(400);
    story.declare({ recordSet: `${RECORDS}-2`, ttlSeconds: TTL });
    await story.run(65);
    story.declare({ recordSet: RECORDS.toUpperCase(), ttlSeconds: TTL });
    for (let minute = 0; minute < 8; minute++) {
      await story.run(60);
      expect(story.resolved().length).toBeGreaterThan(2);
    }
    story.declare(undefined, 'dry-run');
    await story.run(480);
    expect(story.resolved().length).toBeGreaterThan(2);
  });

  it('leaves a former listing to the workload that has it now, and tries one again that could not be written', async () => {
    let refused = 0;
    const failure = { class: 'wait', code: 'ServerBusy', message: 'busy' } as const;
    const intercept: Intercept = async (port, method, run, [id, listing]) => {
      const empties = port === 'recordSets' && method === 'publish' && id === RECORDS;
      if (!empties || (listing as { addresses: string[] }).addresses.length > 0 || refused++ > 0) return await run();
      return { status: 'failed', failure } as never;
    };
    const story = published({
      intercept,
      scaling: { discovery: { recordSet: RECORDS, backendPool: POOL, ttlSeconds: TTL } },
    });
    await story.run(400);
    const [workload] = story.context.workloads;
    if (!workload) throw new Error('There is no workload.');
    story.declare({ registry: 'on', ttlSeconds: TTL });
    const { scaling } = workload;
    const shop = {
      ...workload,
      name: 'shop',
      scaling: { ...scaling, discovery: { backendPool: POOL, ttlSeconds: TTL } },
    };
    story.context.workloads = [...story.context.workloads, shop];
    story.context.declared = ['orders', 'shop'];
    for (let minute = 0; minute < 10; minute++) {
      await story.run(60);
      expect(story.model.gateways.listed(POOL)?.length).toBeGreaterThan(1);
    }
    expect([story.resolved(), refused]).toEqual([[], 2]);
  });

  it('is taken out of a gateway at once when nobody declares it, and others wait for that write', async () => {
    const story = published({ load: 0 });
    story.loop.stop();
    const written: string[][] = [];
    story.ports.backendPools.read = async () => ({ addresses: ['10.0.0.1'], etag: '1' });
    story.ports.backendPools.publish = async (_id, { addresses }) => (written.push(addresses), { status: 'accepted' });
    const [workload] = story.context.workloads;
    if (!workload) throw new Error('There is no workload.');
    const mails = POOL.replace('/orders', '/mails');
    const lists = (address: string) =>
      publish(story.context, workload, { pool: { id: POOL, addresses: [address], etag: '1' } }, Infinity);
    expect(await lists('10.0.0.2')).toEqual([]);
    const listed = { mails: { now: [mails] } };
    await unlist(story.context, { due: [`mails ${mails}`], listed, declared: ['orders'], told: {} });
    expect(written).toEqual([['10.0.0.2'], []]);
    await story.run(59);
    expect(await lists('10.0.0.3')).toMatchObject([{ code: 'service-waits' }]);
    await story.run(2);
    expect(await lists('10.0.0.3')).toEqual([]);
  });

  it('in a zone that is gone tells so once a day', async () => {
    const zone = RECORDS.replace('shop.internal', 'gone.internal');
    const story = published({ load: 0, scaling: { discovery: { recordSet: zone, ttlSeconds: TTL } } });
    await story.run(120);
    story.declare(undefined);
    const told = () => story.logged.flatMap(({ fields }) => (fields['listing'] === zone ? [fields['outcome']] : []));
    await story.run(3600);
    expect(told()).toEqual(['ParentResourceNotFound']);
    await story.run(24 * 3600);
    expect(told()).toHaveLength(2);
  });
});
