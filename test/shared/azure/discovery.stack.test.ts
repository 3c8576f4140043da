import { expect, test } from 'vitest';
import { discoveryContract, DISCOVERY_WORLD } from '../../contracts/discovery.ts';
import { scaleSetId, subscription } from '../../support/azure-samples.ts';
import { startLocalStack } from '../../support/local-stack.ts';
import { gatewayType } from '../../../tools/local/azure/gateways.ts';

discoveryContract('Azure', async () => {
  const { connected, azure, clock, close, problems } = await startLocalStack(DISCOVERY_WORLD);
  const { recordSets, backendPools, instanceAddresses } = connected.ports;
  return {
    recordSets,
    backendPools,
    instanceAddresses,
    instances: (set) => [...azure.model.scaleSets.find(scaleSetId(set)).instances.keys()],
    advance: (milliseconds) => clock.advance(milliseconds),
    close: async () => {
      await close();
      // No description of Microsoft.Network's gateways and interfaces is at hand; that of record sets is.
      const nowhere = /\/(applicationGateways|networkInterfaces)\b.* is described nowhere$/;
      expect(problems().filter((problem) => !nowhere.test(problem))).toEqual([]);
    },
  };
});

test('what else stands in a gateway goes back as it came, names in the pool included', async () => {
  const { connected, azure, clock, close, exchanges } = await startLocalStack(DISCOVERY_WORLD);
  const id = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/applicationGateways/front`;
  const gateway = { subscription, resourceGroup: 'rg', type: gatewayType, name: 'front' };
  const backendAddresses = [{ fqdn: 'old.example' }, { ipAddress: '10.0.0.9' }];
  const rest = {
    sslCertificates: [{ name: 'front', properties: { keyVaultSecretId: 'https://vault/secrets/front' } }],
  };
  const pools = [{ name: 'orders', properties: { backendAddresses } }];
  azure.model.gateways.put(gateway, { properties: { ...rest, backendAddressPools: pools } }, undefined);
  await clock.advance(60_000);
  const { backendPools } = connected.ports;
  const listing = await backendPools.read(`${id}/backendAddressPools/orders`);
  expect(listing.addresses).toEqual(['10.0.0.9']);
  await backendPools.publish(`${id}/backendAddressPools/orders`, { addresses: ['10.0.0.1'], etag: listing.etag });
  const changed = [{ fqdn: 'old.example' }, { ipAddress: '10.0.0.1' }];
  expect(exchanges.filter(({ method }) => method === 'PUT')).toMatchObject([
    { requestBody: { properties: { ...rest, backendAddressPools: [{ properties: { backendAddresses: changed } }] } } },
  ]);
  await close();
});
