import { describe, expect, it } from 'vitest';
import { apiVersionFor, groupBody } from '../../../shared/azure/group-body.ts';
import { wanted } from '../../contracts/container-groups.ts';
import { OWNER } from '../../support/workload-of.ts';

const request = wanted('g', OWNER);
const subnet = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/burst';

describe('the body of a container group', () => {
  it('is plain where nothing special is offered', () => {
    const body = groupBody(request);
    expect(body).not.toHaveProperty('zones');
    for (const name of ['sku', 'priority', 'subnetIds', 'ipAddress']) {
      expect(body['properties']).not.toHaveProperty(name);
    }
  });

  it('opens a private address in a subnet, and none for Spot', () => {
    const inSubnet = groupBody({ ...request, ports: [8080], offering: { subnet } });
    expect(inSubnet['properties']).toMatchObject({ ipAddress: { type: 'Private' }, subnetIds: [{ id: subnet }] });
    const spot = groupBody({ ...request, ports: [8080], offering: { priority: 'Spot' } });
    expect(spot['properties']).toMatchObject({ priority: 'Spot' });
    expect(JSON.stringify(spot)).not.toContain('8080');
  });

  it('of a pool is the profile, the pool and plain variables, in the version that knows pools', () => {
    const standbyPool = { id: 'POOL', profile: 'PROFILE', revision: 3 };
    const pooled = { ...request, offering: { standbyPool } };
    expect(apiVersionFor(request)).toBe('2023-05-01');
    expect(apiVersionFor(pooled)).toBe('2025-09-01');
    expect(groupBody(pooled)).toEqual({
      location: 'eastus',
      tags: request.tags,
      properties: {
        containerGroupProfile: { id: 'PROFILE', revision: 3 },
        standbyPoolProfile: { id: 'POOL', failContainerGroupCreateOnReuseFailure: false },
        containers: [{ name: 'main', properties: { configMap: { keyValuePairs: { QUEUE: 'orders' } } } }],
      },
    });
    expect(JSON.stringify(groupBody(pooled))).not.toContain('hidden');
  });
});
