import { describe, expect, it } from 'vitest';
import { openBlobs, openServiceBus, openTable } from '../../../shared/azure/connections.ts';

const credential = { getToken: async () => null };

describe('storage', () => {
  it.each([
    [{ AzureWebJobsStorage__accountName: 'contoso' }, 'https://contoso'],
    [{ AzureWebJobsStorage: 'UseDevelopmentStorage=true' }, 'http://127.0.0.1'],
    [
      { AzureWebJobsStorage: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5;EndpointSuffix=x.net' },
      'https://a.',
    ],
  ])('is found by %o', (env, beginning) => {
    expect(openTable(env, credential, 'T').url).toMatch(beginning);
    expect(openBlobs(env, credential).url).toMatch(beginning);
  });

  it('takes the address of each service where it is given', () => {
    const env = {
      AzureWebJobsStorage__accountName: 'contoso',
      AzureWebJobsStorage__tableServiceUri: 'https://tables.example/account',
      AzureWebJobsStorage__blobServiceUri: 'https://blobs.example/account',
    };
    expect(openTable(env, credential, 'T').url).toMatch('https://tables.example/account');
    expect(openBlobs(env, credential).url).toMatch('https://blobs.example/account');
  });

  it('without a setting is an error that names the settings', () => {
    expect(() => openTable({}, credential, 'T')).toThrow(/AzureWebJobsStorage__tableServiceUri/);
    expect(() => openBlobs({}, credential)).toThrow(/AzureWebJobsStorage__blobServiceUri/);
  });
});

describe('Service Bus', () => {
  it('is found by a host name with the identity or by a connection string', () => {
    const byName = openServiceBus(
      { BUS__fullyQualifiedNamespace: 'contoso.servicebus.windows.net' },
      credential,
      'BUS',
    );
    expect(byName.fullyQualifiedNamespace).toBe('contoso.servicebus.windows.net');
    const text = 'Endpoint=sb://fabrikam.servicebus.windows.net;SharedAccessKeyName=k;SharedAccessKey=v';
    expect(openServiceBus({ BUS: text }, credential, 'BUS').fullyQualifiedNamespace).toBe(
      'fabrikam.servicebus.windows.net',
    );
  });

  it('without a setting is an error that names the settings', () => {
    expect(() => openServiceBus({}, credential, 'BUS')).toThrow(/BUS__fullyQualifiedNamespace.*or BUS/);
  });
});
