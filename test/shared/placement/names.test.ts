import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupName, subscriptionOf } from '../../../shared/placement/names.ts';
import { OWNER, workloadOf } from '../../support/workload-of.ts';

const workload = workloadOf();

describe('the name of a container group', () => {
  it('is the same each time it is derived', () => {
    expect(groupName(OWNER, workload, 'westeurope', 3)).toBe(groupName(OWNER, workloadOf(), 'westeurope', 3));
  });

  it('differs by owner, workload, region, revision and ordinal', () => {
    const names = [
      groupName(OWNER, workload, 'westeurope', 1),
      groupName('another', workload, 'westeurope', 1),
      groupName(OWNER, { ...workload, name: 'mails' }, 'westeurope', 1),
      groupName(OWNER, workload, 'northeurope', 1),
      groupName(OWNER, { ...workload, revision: 'ffffffff' }, 'westeurope', 1),
      groupName(OWNER, workload, 'westeurope', 2),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('tells the subscription it is in, and of another one that it is none of these', () => {
    const [first, second] = ['11111111-aaaa', '22222222-bbbb'];
    const name = groupName(OWNER, workload, 'germanywestcentral', 3, second);
    expect(subscriptionOf(name, 'own', [first, second])).toBe(second);
    expect(subscriptionOf(name, 'own', [first])).toBeUndefined();
    expect(subscriptionOf(groupName(OWNER, workload, 'germanywestcentral', 3), 'own', [first])).toBe('own');
    expect(subscriptionOf('my-group-x12345-0a1b2c3d-1', 'own', [])).toBe('own');
    expect(name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  it('is one that Azure accepts, however long its parts', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,22}[a-z0-9]$/);
    const region = fc.stringMatching(/^[a-z]{4,30}[0-9]?$/);
    fc.assert(
      fc.property(
        name,
        region,
        fc.integer({ min: 1, max: 9999 }),
        fc.string(),
        (workloadName, location, ordinal, owner) => {
          const text = groupName(owner, { ...workload, name: workloadName }, location, ordinal);
          expect(text).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
        },
      ),
    );
  });
});
