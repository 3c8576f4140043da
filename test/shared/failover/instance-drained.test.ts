import { describe, expect, it } from 'vitest';
import { instanceDrained, instanceKey } from '../../../shared/failover/instance-drained.ts';
import { inputOf, NOW, observationOf } from '../../support/observation-of.ts';

const since = NOW - 5_000;
const input = inputOf({ observation: observationOf({ beats: [{ replica: '0', busy: true, at: NOW - 1_000 }] }) });
const drained = (changes: { power?: string; health?: string }, drains = { [instanceKey('0')]: since }): boolean =>
  instanceDrained(
    { id: '0', provisioning: 'succeeded', power: 'running', health: 'healthy', ...changes },
    drains,
    input,
  );

describe('an instance that drains', () => {
  it('is waited for while it is at work, unhealthy or not', () => {
    expect(drained({})).toBe(false);
    expect(drained({ health: 'unhealthy' })).toBe(false);
  });

  it.each(['deallocated', 'stopped'])('has nothing to finish when it is %s', (power) => {
    expect(drained({ power })).toBe(true);
  });

  it('is not done before its drain began', () => {
    expect(drained({ power: 'stopped' }, {})).toBe(false);
  });
});
