import { describe, expect, it } from 'vitest';
import { concernedBy } from '../../../shared/signals/resource-event.ts';
import { SCALE_SET, workloadOf } from '../../support/workload-of.ts';

const SCOPE = '/subscriptions/s/resourceGroups/rg/providers';
const group = (name: string) => ({ subject: `${SCOPE}/Microsoft.ContainerInstance/containerGroups/${name}` });
const emails = { ...workloadOf({ base: { scaleSet: undefined } }), name: 'order' };
const both = [workloadOf(), emails];

describe('an event of Azure Resource Manager concerns', () => {
  it('the workload in the name of the container group, and no other whose name begins alike', () => {
    expect(concernedBy(group('sw-orders-westeurope-0a1b2c3d-1'), both)).toEqual(['orders']);
    expect(concernedBy(group('SW-ORDER-westeurope-0a1b2c3d-1'), both)).toEqual(['order']);
  });

  it('workloads of declared groups, whose names are their own', () => {
    const declared = { ...workloadOf({ burst: { lifecycle: 'start-stop' } }), name: 'declared' };
    expect(concernedBy(group('burst-1'), [...both, declared])).toEqual(['declared']);
  });

  it('the workload whose scale set changed, or an instance of it, in whatever case Azure writes', () => {
    expect(concernedBy({ subject: SCALE_SET.toUpperCase() }, both)).toEqual(['orders']);
    expect(concernedBy({ subject: `${SCALE_SET}/virtualMachines/3` }, both)).toEqual(['orders']);
    expect(concernedBy({ subject: `${SCALE_SET}-other` }, both)).toEqual([]);
  });

  it.each([
    undefined,
    'text',
    {},
    { subject: 7 },
    { subject: '/subscriptions/s' },
    group(''),
    { subject: '/providers/' },
  ])('nobody when it is %j', (body) => {
    expect(concernedBy(body, both)).toEqual([]);
  });
});
