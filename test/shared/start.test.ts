import { expect, it } from 'vitest';
import { start } from '../../shared/start.ts';

const ENV = {
  SPILLWAY_OWNER_ID: 'owner',
  SPILLWAY_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000000',
  SPILLWAY_RESOURCE_GROUP: 'rg',
  SPILLWAY_LOCATION: 'westeurope',
  SPILLWAY_WORKLOADS_FOLDER: 'nowhere',
  SPILLWAY_SERVICEBUS__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
  AzureWebJobsStorage__accountName: 'contoso',
};

it.each([
  ['nobody authenticates', {}, false],
  ['App Service authenticates all requests', { WEBSITE_AUTH_ENABLED: 'True' }, true],
  [
    'App Service authenticates alerts and leaves polls out',
    { WEBSITE_AUTH_ENABLED: 'True', SPILLWAY_ALERT_AUTHENTICATION: 'entra' },
    false,
  ],
])('where %s, the header with the caller of a poll is believed: %o', async (_, more, believed) => {
  const { context } = await start({ ...ENV, ...more });
  expect(context?.replicas.easyAuth).toBe(believed);
});
