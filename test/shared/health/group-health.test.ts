import { describe, expect, it } from 'vitest';
import { groupHealth, mayBill } from '../../../shared/health/group-health.ts';
import { groupOf } from '../../support/observation-of.ts';

const waiting = [{ name: 'main', state: 'Waiting', restartCount: 3 }];

describe('the health of a container group', () => {
  it.each([
    ['serving when its containers run', {}, 'serving'],
    ['starting while a container waits, as in a crash loop', { containers: waiting }, 'starting'],
    ['starting while Azure creates it', { provisioningState: 'Creating', state: undefined }, 'starting'],
    ['stopped when somebody stopped it', { state: 'Stopped' }, 'stopped'],
    ['ended when its containers ended by themselves', { state: 'Succeeded' }, 'ended'],
    ['failed when its containers did', { state: 'Failed' }, 'failed'],
    ['failed when Azure could not provision it', { provisioningState: 'Failed', state: 'Running' }, 'failed'],
    ['deleting on its way out, whatever runs still', { provisioningState: 'Deleting' }, 'deleting'],
    ['unknown while Azure repairs it', { provisioningState: 'Repairing' }, 'unknown'],
    ['unknown in a state nobody has heard of', { state: 'Dreaming' }, 'unknown'],
  ])('is %s', (_, changes, health) => {
    expect(groupHealth(groupOf(1, changes))).toBe(health);
  });

  it('is gone when Azure has no such group', () => {
    expect(groupHealth(null)).toBe('gone');
  });
});

describe('the bill', () => {
  it('runs in every state that is not certainly free', () => {
    const free = (['starting', 'serving', 'stopped', 'ended', 'failed', 'deleting', 'gone', 'unknown'] as const).filter(
      (health) => !mayBill(health),
    );
    expect(free).toEqual(['stopped', 'ended', 'gone']);
  });
});
