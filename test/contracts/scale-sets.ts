import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScaleSet, ScaleSets } from '../../shared/ports/scale-sets.ts';

export interface ScaleSetsWorld {
  sets: ScaleSets;
  /** A set of two instances that run, and that autoscale settings target: `on` is enabled, `off` is not, `mute` does not say. */
  id: string;
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Longer than any instance takes to run or to be gone. */
const LONG = 300_000;

const ids = (set: ScaleSet): string[] => set.instances.map(({ id }) => id).sort();

/** What every implementation of ScaleSets keeps. */
export function scaleSetsContract(
  name: string,
  orchestration: ScaleSet['orchestration'],
  make: () => Promise<ScaleSetsWorld>,
): void {
  describe(`scale sets, ${orchestration}: ${name}`, () => {
    let world: ScaleSetsWorld;
    beforeEach(async () => {
      world = await make();
    });
    afterEach(() => world.close());

    const read = (): Promise<ScaleSet> => world.sets.read(world.id);

    it('a reading shows the capacity and every instance with its state', async () => {
      const set = await read();
      expect(set).toMatchObject({ capacity: 2, provisioningState: 'Succeeded', orchestration });
      const running = { provisioning: 'succeeded', power: 'running', health: 'healthy' };
      expect(set.instances).toMatchObject([running, running]);
      expect(new Set(ids(set)).size).toBe(2);
    });

    it('raised capacity shows at once, and the new instances run by and by', async () => {
      const before = await read();
      expect(await world.sets.setCapacity(world.id, 4, before.etag)).toEqual({ status: 'accepted' });
      expect(await read()).toMatchObject({ capacity: 4, provisioningState: 'Updating' });
      await world.advance(LONG);
      const after = await read();
      expect(after.provisioningState).toBe('Succeeded');
      expect(after.instances.map(({ power }) => power)).toEqual(['running', 'running', 'running', 'running']);
      expect(ids(after)).toEqual(expect.arrayContaining(ids(before)));
    });

    it('a change made from an old reading is refused', async () => {
      const old = await read();
      await world.sets.setCapacity(world.id, 3, old.etag);
      await world.advance(LONG);
      const refused = await world.sets.setCapacity(world.id, 5, old.etag);
      expect(refused).toMatchObject({ status: 'failed', failure: { class: 'wait', code: 'PreconditionFailed' } });
      expect((await read()).capacity).toBe(3);
    });

    it('deleting an instance by its id lowers the capacity and keeps the others', async () => {
      const [kept = '', gone = ''] = ids(await read());
      expect(await world.sets.deleteInstances(world.id, [gone])).toEqual({ status: 'accepted' });
      expect((await read()).capacity).toBe(1);
      await world.advance(LONG);
      expect(ids(await read())).toEqual([kept]);
    });

    it('a second change while the set is updating has to wait', async () => {
      await world.sets.setCapacity(world.id, 3, undefined);
      const refused = await world.sets.setCapacity(world.id, 4, undefined);
      expect(refused).toMatchObject({ status: 'failed', failure: { class: 'wait', status: 409 } });
    });

    it('tags show on the set and on instances made after them, and an old reading sets none', async () => {
      const old = await read();
      expect(await world.sets.setTags(world.id, { revision: 'b' }, old.etag)).toEqual({ status: 'accepted' });
      const { tags, etag } = await read();
      expect(tags).toEqual({ revision: 'b' });
      expect(await world.sets.setTags(world.id, { revision: 'c' }, old.etag)).toMatchObject({ status: 'failed' });
      await world.sets.setCapacity(world.id, 3, etag);
      await world.advance(LONG);
      const { instances } = await read();
      const made = instances.filter(({ id }) => !ids(old).includes(id));
      expect(made.map(({ tags }) => tags)).toEqual([{ revision: 'b' }]);
      expect(instances.filter(({ tags }) => tags?.['revision'] === 'b')).toHaveLength(1);
    });

    it('autoscale settings that target the set are named unless they are disabled', async () => {
      expect(await world.sets.autoscaleSettings(world.id)).toEqual(['on', 'mute']);
    });
  });
}
