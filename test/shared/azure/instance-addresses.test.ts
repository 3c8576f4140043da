import { expect, it } from 'vitest';
import { addressesOf } from '../../../shared/azure/instance-addresses.ts';

it('an instance is found at the primary address of its primary interface', () => {
  const of = (address: string, primary: boolean) => ({ properties: { primary, privateIPAddress: address } });
  const virtualMachine = { id: '/virtualMachineScaleSets/orders/virtualMachines/3' };
  const found = addressesOf([
    { properties: { primary: true, virtualMachine, ipConfigurations: [of('10.0.0.4', false), of('10.0.0.5', true)] } },
    { properties: { primary: false, virtualMachine, ipConfigurations: [of('10.0.0.6', true)] } },
    { properties: { ipConfigurations: [of('10.0.0.7', true)] } },
  ]);
  expect(found).toEqual({ '3': '10.0.0.5' });
});
