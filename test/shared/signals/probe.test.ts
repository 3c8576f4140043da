import { describe, expect, it } from 'vitest';
import { movedEnough, watchedQueues } from '../../../shared/signals/probe.ts';
import { workloadOf } from '../../support/workload-of.ts';

// One replica works off 30 messages within the target wait.
const target = { maxWaitSeconds: 30, messagesPerSecondPerReplica: 1 };

describe('a depth is worth an evaluation', () => {
  it.each([
    ['when it was never asked about', undefined, 0, true],
    ['when messages come to an empty queue', 0, 1, true],
    ['when the queue runs empty', 3, 0, true],
    ['when it crosses what one replica can take, upwards', 29, 30, true],
    ['when it crosses what one replica can take, downwards', 30, 29, true],
    ['when it moved by a quarter', 400, 500, true],
    ['not when it moved by less than a quarter', 400, 499, false],
    ['not when it moved by less than five messages', 8, 12, false],
    ['not when nothing moved', 0, 0, false],
  ])('%s', (_, last, depth, worth) => {
    expect(movedEnough(last, depth, target)).toBe(worth);
  });
});

describe('the queues that wake a workload', () => {
  const mails = { namespace: 'bus', queue: 'mails' };
  const { scaling } = workloadOf({
    signals: [
      { name: 'mails', queue: mails },
      { name: 'visitors', hint: {} },
    ],
    rules: [{ signal: 'mails', backlogPerReplica: 20, forSeconds: 0, coolDownSeconds: 0, activation: 0 }],
  });

  it('are its own and those of its signals, each by what one replica of it takes', () => {
    const watched = watchedQueues(scaling);
    expect(watched.map(({ queue }) => queue.queue)).toEqual(['orders', 'mails']);
    expect([
      movedEnough(19, 20, watched[1]?.target ?? target),
      movedEnough(20, 21, watched[1]?.target ?? target),
    ]).toEqual([true, false]);
  });

  it('are none while it is off', () => {
    expect(watchedQueues({ ...scaling, mode: 'off' })).toEqual([]);
  });
});
