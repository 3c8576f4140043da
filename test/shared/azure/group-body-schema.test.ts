import { describe, expect, it } from 'vitest';
import { apiVersionFor, groupBody } from '../../../shared/azure/group-body.ts';
import { parseSettings } from '../../../shared/settings/parse.ts';
import { wanted } from '../../contracts/container-groups.ts';
import { specsFolder } from '../../support/api-description.ts';
import { requestProblems } from '../../support/request-schema.ts';
import { WHOLE, WHOLE_SECRETS } from '../../support/whole-workload.ts';
import { OWNER } from '../../support/workload-of.ts';
import { ENV, file } from '../settings/settings-of.ts';

const request = wanted('g', OWNER);
const subnet = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/burst';
const standbyPool = { id: 'POOL', profile: 'PROFILE', revision: 3 };
const POOLED = '2025-09-01';

const problems = (body: Record<string, unknown>, apiVersion: string): string[] | undefined =>
  requestProblems({ namespace: 'Microsoft.ContainerInstance', type: 'containerGroups', apiVersion }, body);

describe.skipIf(specsFolder() === undefined)('the body of a container group agrees with the schema of Azure', () => {
  it.each([
    ['as it is usually', {}],
    ['in a subnet, with a port', { ports: [8080], offering: { subnet } }],
    ['in a zone, several replicas', { offering: { zone: '1' }, replicas: 2 }],
    ['confidential', { offering: { sku: 'Confidential' as const, ccePolicy: 'cG9saWN5' } }],
    ['on Spot capacity', { offering: { priority: 'Spot' as const } }],
  ])('%s', (_, changes) => {
    const full = { ...request, ...changes };
    expect(problems(groupBody(full), apiVersionFor(full))).toEqual([]);
  });

  it('with everything that a workload can say', () => {
    const [workload] = parseSettings({ ...ENV, ...WHOLE_SECRETS }, [file('orders', WHOLE)]).workloads;
    if (!workload) throw new Error('the sample is not valid');
    // The schemas for templates take sizes in whole numbers alone; the API takes fractions.
    const size = { cpu: 1, memoryInGB: 1 };
    const containers = workload.spec.containers?.map((each) => Object.assign(each, size));
    const full = { ...request, spec: { ...workload.spec, ...size, containers }, secrets: WHOLE_SECRETS };
    expect(problems(groupBody(full), apiVersionFor(full))).toEqual([]);
    expect(problems(groupBody({ ...full, offering: { subnet, zone: '1' } }), apiVersionFor(full))).toEqual([]);
  });

  it('from a standby pool, in the version that knows pools', () => {
    const pooled = { ...request, offering: { standbyPool } };
    expect(apiVersionFor(pooled)).toBe(POOLED);
    expect(problems(groupBody(pooled), POOLED)).toEqual([]);
  });

  it('where a field that the schema does not name would be a problem', () => {
    const body = groupBody({ ...request, offering: { standbyPool } });
    const properties = { ...(body['properties'] as object), standbyPoolprofile: {} };
    expect(problems({ ...body, properties }, POOLED)?.join()).toContain('standbyPoolprofile');
  });
});
