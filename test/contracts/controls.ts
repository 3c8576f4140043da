import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Controls, Pause } from '../../shared/ports/stores.ts';

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;

/** What every implementation of Controls keeps. `make` answers controls that hold nothing. */
export function controlsContract(name: string, make: () => Promise<Controls>): void {
  describe(`controls: ${name}`, () => {
    let controls: Controls;
    beforeEach(async () => {
      controls = await make();
    });

    it('nothing is paused, leased, marked or beating at first', async () => {
      expect(await controls.pause()).toBeUndefined();
      expect(await controls.leases()).toEqual(new Map());
      expect(await controls.mark('sweep')).toBeUndefined();
      expect(await controls.beats('orders')).toEqual([]);
    });

    it('a pause is kept until it is replaced or ended', async () => {
      const pause: Pause = { scope: 'in', author: 'kim', since: 1000, until: 61_000 };
      await controls.setPause(pause);
      expect(await controls.pause()).toEqual(pause);
      await controls.setPause({ ...pause, scope: 'all' });
      expect(await controls.pause()).toEqual({ ...pause, scope: 'all' });
      await controls.setPause(undefined);
      expect(await controls.pause()).toBeUndefined();
      await expect(controls.setPause(undefined)).resolves.toBeUndefined();
    });

    it('each workload has one lease, renewed in place', async () => {
      await controls.renewLease('orders', 1000);
      await controls.renewLease('mails', 2000);
      await controls.renewLease('orders', 3000);
      expect(await controls.leases()).toEqual(
        new Map([
          ['mails', 2000],
          ['orders', 3000],
        ]),
      );
    });

    it('a mark keeps its moment and its value, whatever its name', async () => {
      await controls.setMark('swept/eu#1?', 1000, { removed: ['orders-1'], share: 0.5 });
      expect(await controls.mark('swept/eu#1?')).toEqual({ at: 1000, value: { removed: ['orders-1'], share: 0.5 } });
      await controls.setMark('swept/eu#1?', 2000);
      expect(await controls.mark('swept/eu#1?')).toEqual({ at: 2000, value: null });
    });

    it('a mark holds five hundred of the longest names that any workload could have', async () => {
      const value = Object.fromEntries(
        Array.from({ length: 500 }, (_, index) => [
          createHash('sha256').update(`${index}`).digest('hex').slice(2),
          NOW,
        ]),
      );
      await controls.setMark('sweep', NOW, { marks: value });
      expect(await controls.mark('sweep')).toEqual({ at: NOW, value: { marks: value } });
    });

    it('the newest beat of each replica is listed, by workload', async () => {
      await controls.beat('orders', { replica: 'instance:7', busy: true, at: 1000 });
      await controls.beat('orders', { replica: 'orders-1', busy: true, at: 1000 });
      await controls.beat('orders', { replica: 'orders-1', busy: false, at: 2000 });
      await controls.beat('orders-eu', { replica: 'orders-eu-1', busy: true, at: 1000 });
      const beats = await controls.beats('orders');
      expect(beats.sort((a, b) => a.at - b.at)).toEqual([
        { replica: 'instance:7', busy: true, at: 1000 },
        { replica: 'orders-1', busy: false, at: 2000 },
      ]);
    });

    it('one replica is asked for alone, with the drain it was told of', async () => {
      await controls.beat('orders', { replica: 'orders/1', busy: false, at: 2000, told: 1_800_000_000_000 });
      await controls.beat('orders', { replica: 'orders/2', busy: true, at: 2000 });
      const told = { replica: 'orders/1', busy: false, at: 2000, told: 1_800_000_000_000 };
      expect(await controls.lastBeat('orders', 'orders/1')).toEqual(told);
      expect(await controls.lastBeat('orders', 'orders/2')).toEqual({ replica: 'orders/2', busy: true, at: 2000 });
      expect(await controls.lastBeat('orders', 'orders/3')).toBeUndefined();
      expect(await controls.lastBeat('mails', 'orders/1')).toBeUndefined();
    });

    it('the drains of a workload are replaced as a whole, and a thousand of them fit', async () => {
      expect(await controls.drains('orders')).toBeUndefined();
      const names = Array.from({ length: 1000 }, (_, index) => [
        `sw-orders-westeurope-0a1b2c3d-${index}`,
        1000 + index,
      ]);
      await controls.setDrains('orders', { at: 3000, since: Object.fromEntries(names) });
      expect(await controls.drains('orders')).toEqual({ at: 3000, since: Object.fromEntries(names) });
      await controls.setDrains('orders', { at: 4000, since: {} });
      expect(await controls.drains('orders')).toEqual({ at: 4000, since: {} });
      expect(await controls.drains('mails')).toBeUndefined();
    });

    it('a replica that was silent for more than a day is forgotten', async () => {
      await controls.beat('orders', { replica: 'old', busy: true, at: 1000 });
      await controls.beat('orders', { replica: 'new', busy: true, at: 2000 + DAY });
      const only = [{ replica: 'new', busy: true, at: 2000 + DAY }];
      expect(await controls.beats('orders')).toEqual(only);
      expect(await controls.beats('orders')).toEqual(only);
    });
  });
}
