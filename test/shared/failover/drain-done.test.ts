import { describe, expect, it } from 'vitest';
import { drainDone, replicasPoll } from '../../../shared/failover/drain-done.ts';
import type { Drain } from '../../../shared/workload/workload.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';

const SINCE = NOW - 10_000;
const HOOK: Drain = { http: { path: '/drain', port: 8080 } };

const beat = (busy: boolean, told?: number) => ({ replica: 'g-1', busy, at: NOW, ...(told !== undefined && { told }) });
const done = (drain: Drain | undefined, last: ReturnType<typeof beat> | undefined, takesPart = true, since = SINCE) =>
  drainDone({ drain, drainTimeoutSeconds: 60 }, last, since, takesPart, NOW);

describe('a drain', () => {
  it.each<[string, boolean, boolean]>([
    ['is done when the replica said that it is idle, told of this drain', done(undefined, beat(false, SINCE)), true],
    ['is not done while the replica is busy', done('poll', beat(true, SINCE)), false],
    ['is not done by an idle replica that was not told: it takes work', done('poll', beat(false)), false],
    ['is not done by one that was told of an earlier drain', done('poll', beat(false, SINCE - 1)), false],
    ['waits for a replica that has not polled yet, where others do', done('poll', undefined), false],
    ['is done where no replica ever polled', done('poll', undefined, false), true],
    ['with a hook is done when the replica answered that it is idle', done(HOOK, beat(false, SINCE)), true],
    ['with a hook waits for a replica that does not answer', done(HOOK, undefined, false), false],
    ['of what cannot be told is done at once', done('none', beat(true, SINCE)), true],
    ['ends with its time, busy or not', done('poll', beat(true, SINCE), true, NOW - 60_000), true],
    ['does not end before its time', done('poll', beat(true, SINCE), true, NOW - 59_999), false],
  ])('%s', (_, found, wanted) => {
    expect(found).toBe(wanted);
  });
});

describe('replicas that nothing is stored of', () => {
  const silent = { observation: observationOf({ beats: [] }), now: NOW };

  it('may poll when what was stored is lost, until they had the time to be heard again', () => {
    expect(replicasPoll({ ...silent, state: undefined })).toBe(true);
    expect(replicasPoll({ ...silent, state: stateOf({ bornAt: NOW - 59_000 }) })).toBe(true);
  });

  it('take no part after that', () => {
    expect(replicasPoll(inputOf({ ...silent, state: stateOf({ bornAt: NOW - 60_000 }) }))).toBe(false);
  });
});
