import { describe, expect, it } from 'vitest';
import { seeded } from '../../../tools/local/random.ts';
import { FluidQueue } from '../../../tools/simulation/world/fluid-queue.ts';

function fluid(rate: number, perReplica: number, calmFrom = 0) {
  let now = 0;
  const queue = new FluidQueue({ now: () => now, random: seeded(1), rate: () => rate, perReplica, calmFrom });
  return { queue, pass: (seconds: number): void => void (now += seconds * 1000) };
}

describe('a fluid queue', () => {
  it('holds as many messages as are being worked on while its replicas keep up', () => {
    const { queue, pass } = fluid(5, 0.5);
    queue.setReplicas(20);
    pass(120);
    expect(queue.counts().active).toBe(10);
    expect(queue.busyShare()).toBeCloseTo(0.5, 2);
  });

  it('grows by what its replicas do not manage', () => {
    const { queue, pass } = fluid(5, 0.5);
    queue.setReplicas(4);
    pass(600);
    const before = queue.counts().active;
    pass(100);
    expect(queue.counts().active - before).toBe(300);
    expect(queue.busyShare()).toBe(1);
  });

  it('has arrivals by chance before the calm, right on average', () => {
    const { queue, pass } = fluid(5, 0.5, 3_600_000);
    let incoming = 0;
    for (let minute = 0; minute < 60; minute++) {
      pass(60);
      incoming += queue.minute(minute * 60_000)?.incoming ?? 0;
    }
    expect(incoming).not.toBe(18_000);
    expect(Math.abs(incoming - 18_000)).toBeLessThan(600);
  });

  it('shows a message even when there is one only some of the time', () => {
    const { queue, pass } = fluid(0.1, 1);
    queue.setReplicas(1);
    pass(60);
    expect(queue.counts().active).toBe(1);
  });
});
