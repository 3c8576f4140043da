import { describe, expect, it } from 'vitest';
import { broken, counts, leavingOrder, names, retireStep } from '../../../shared/failover/retire.ts';
import type { BurstGroup } from '../../../shared/health/fleet.ts';
import { NOW } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const workload = workloadOf();

const group = (changes: Partial<BurstGroup> = {}): BurstGroup => ({
  name: 'g-1',
  ordinal: 1,
  location: 'westeurope',
  revision: workload.revision,
  health: 'serving',
  since: NOW - 600_000,
  fresh: true,
  looked: true,
  tags: {},
  detail: 'Succeeded',
  ...changes,
});

const stepOf = (changes: Partial<BurstGroup>, of = workload): string | undefined =>
  retireStep(group(changes), of, NOW)?.action?.kind;

describe('a group on its way out', () => {
  const draining = NOW - 10_000;

  it.each<[string, Partial<BurstGroup>, string | undefined]>([
    ['that serves and does not drain stays', {}, undefined],
    ['that drains and takes no part in the contract is stopped', { drainingSince: draining }, 'stop-group'],
    [
      'that drains and has not had the time to be heard of yet is waited for',
      { drainingSince: draining, since: NOW - 59_000 },
      undefined,
    ],
    [
      'that drains and is busy is waited for',
      { drainingSince: draining, beat: { replica: 'g-1', busy: true, at: NOW } },
      undefined,
    ],
    [
      'that drained is stopped',
      { drainingSince: draining, beat: { replica: 'g-1', busy: false, at: NOW, told: draining } },
      'stop-group',
    ],
    [
      'that still starts is deleted, because a stop would be refused',
      { drainingSince: draining, health: 'starting' },
      'delete-group',
    ],
    ['that is stopped is deleted', { health: 'stopped', since: NOW - 20_000 }, 'delete-group'],
    ['that was stopped just now is left to settle', { health: 'stopped', since: NOW - 5_000 }, undefined],
    ['with a request in flight is left alone', { drainingSince: draining, inFlight: 'stop' }, undefined],
    ['that this observation does not show is left alone', { drainingSince: draining, fresh: false }, undefined],
    ['that Azure deletes is left alone', { drainingSince: draining, health: 'deleting' }, undefined],
    ['that failed is deleted', { health: 'failed' }, 'delete-group'],
    ['that ended though it should run on is deleted', { health: 'ended' }, 'delete-group'],
  ])('%s', (_, changes, action) => {
    expect(stepOf(changes)).toBe(action);
  });

  it('in a crash loop is looked at first and gets its drain: between two crashes it may be at work', () => {
    const loops = { health: 'unready', state: 'crash-looping', givenUp: 'in a crash loop for 3 minutes' } as const;
    const polls = workloadOf({ drain: 'poll' });
    expect(stepOf({ ...loops, looked: false }, polls)).toBeUndefined();
    expect(stepOf(loops, polls)).toBe('drain-group');
    expect(stepOf(loops, workloadOf({ drain: 'none' }))).toBe('delete-group');
  });

  it('is only ever stopped with start-stop', () => {
    const declared = workloadOf({ burst: { lifecycle: 'start-stop' } });
    expect(stepOf({ drainingSince: draining, health: 'starting' }, declared)).toBe('stop-group');
    expect(stepOf({ health: 'stopped', since: 0 }, declared)).toBeUndefined();
    // It may revive and bill again.
    expect(stepOf({ health: 'failed' }, declared)).toBe('stop-group');
  });

  it('gets its drain when it only is not heard of: it may be at work all the same', () => {
    const beat = { replica: 'g-1', busy: true, at: NOW - 180_000 };
    const silent = { health: 'unready', state: 'silent', givenUp: 'silent', beat } as const;
    expect(stepOf(silent)).toBe('drain-group');
    expect(stepOf({ ...silent, drainingSince: NOW - 10_000 })).toBeUndefined();
    expect(stepOf({ ...silent, drainingSince: NOW - 61_000 })).toBe('stop-group');
    expect(stepOf(silent, workloadOf({ drain: 'none' }))).toBe('delete-group');
  });

  it('is not taken for failed, or still starting, without a look at it: it may serve by now', () => {
    expect(stepOf({ drainingSince: draining, health: 'starting', looked: false })).toBeUndefined();
    expect(stepOf({ health: 'failed', looked: false })).toBeUndefined();
  });
});

describe('a group is broken', () => {
  it('when its health is given up', () => {
    expect(broken(group({ health: 'starting', givenUp: 'pulling its image' }), workload, NOW)).toBe(
      'pulling its image',
    );
  });

  it('when its place cannot be read for more than five minutes', () => {
    const lost = (minutes: number) => group({ health: 'unknown', lost: true, since: NOW - minutes * 60_000 });
    expect(broken(lost(4), workload, NOW)).toBeUndefined();
    expect(broken(lost(6), workload, NOW)).toBe('unreadable with its whole place');
  });

  it('not when it merely was not read yet, however long that takes', () => {
    expect(broken(group({ health: 'unknown', since: NOW - 60 * 60_000 }), workload, NOW)).toBeUndefined();
  });

  it('not when its containers were meant to end', () => {
    const once = { ...workload, spec: { ...workload.spec, restartPolicy: 'OnFailure' as const } };
    expect(broken(group({ health: 'ended' }), once, NOW)).toBeUndefined();
  });
});

describe('who leaves first', () => {
  it('is what starts, then old revisions, then the idle, then the newest', () => {
    const groups = [
      group({ name: 'old-and-steady', since: NOW - 900_000 }),
      group({ name: 'newest', since: NOW - 1_000 }),
      group({ name: 'idle', beat: { replica: 'idle', busy: false, at: NOW } }),
      group({ name: 'earlier-revision', revision: 'ffffffff' }),
      group({ name: 'starting', health: 'starting' }),
      group({ name: 'unknown', health: 'unknown' }),
    ];
    expect(leavingOrder(groups, workload.revision).map(({ name }) => name)).toEqual([
      'unknown',
      'starting',
      'earlier-revision',
      'idle',
      'newest',
      'old-and-steady',
    ]);
  });
});

describe('capacity', () => {
  it('is what serves or will, unless it is on its way out', () => {
    expect(counts(group())).toBe(true);
    expect(counts(group({ health: 'starting' }))).toBe(true);
    expect(counts(group({ drainingSince: NOW }))).toBe(false);
    expect(counts(group({ inFlight: 'stop' }))).toBe(false);
    expect(counts(group({ health: 'stopped' }))).toBe(false);
  });
});

describe('a sentence', () => {
  it('names at most three groups', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    expect(names(many.slice(0, 3))).toBe('a, b, c');
    expect(names(many)).toBe('a, b and 2 more');
  });
});
