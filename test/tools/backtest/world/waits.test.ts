import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Queue, WaitCounts } from '../../../../tools/backtest/world/waits.ts';

test('waits of a worked example: three arrive, one is taken a second', () => {
  const counts = new WaitCounts(10);
  const queue = new Queue(Uint16Array.of(3, 0, 0, 1, 0), () => counts);
  const taken = [0, 1, 2, 3, 4].map((second) => {
    queue.arrive([3, 0, 0, 1, 0][second] ?? 0);
    return queue.take(1, second);
  });
  expect(taken).toEqual([1, 1, 1, 1, 0]);
  expect(counts.bySeconds.slice(0, 4)).toEqual(Uint32Array.of(2, 1, 1, 0));
  expect(counts.latePercent(1)).toBe(25);
  expect(counts.latePercent(0)).toBe(50);
  expect([counts.percentile(0.5), counts.percentile(0.75), counts.percentile(0.99)]).toEqual([0, 1, 2]);
});

test('no task is lost or counted twice, and the oldest go first, as in a list of all tasks', () => {
  const seconds = fc.array(fc.record({ arrive: fc.nat(5), take: fc.nat(8) }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(seconds, (story) => {
      const counts = new WaitCounts(100);
      const queue = new Queue(
        Uint16Array.from(story, ({ arrive }) => arrive),
        () => counts,
      );
      const tasks: number[] = [];
      const waits: number[] = [];
      for (const [second, { arrive, take }] of story.entries()) {
        queue.arrive(arrive);
        for (let task = 0; task < arrive; task++) tasks.push(second);
        expect(queue.take(take, second)).toBe(Math.min(take, tasks.length));
        waits.push(...tasks.splice(0, take).map((at) => second - at));
        expect(queue.waiting).toBe(tasks.length);
        expect(queue.oldest(second)).toBe(second - (tasks[0] ?? second));
      }
      expect(counts.total).toBe(waits.length);
      for (let wait = 0; wait <= 60; wait++) {
        expect(counts.bySeconds[wait]).toBe(waits.filter((one) => one === wait).length);
      }
    }),
  );
});
