import { reading, writing } from '../../shared/azure/attempt.ts';
import { addressesOf, interfacesOf } from '../../shared/azure/instance-addresses.ts';
import { AzureBackendPools } from '../../shared/azure/app-gateway.ts';
import { isMissing } from '../../shared/azure/group-answers.ts';
import type { Registry, RegistryDocument } from '../../shared/ports/discovery.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { jsonCopy, type Keep } from './json-copy.ts';
import type { Arm } from './arm-client.ts';

const DNS_VERSION = { 'api-version': '2024-06-01' };

interface RecordSetAnswer {
  etag: string;
  ttl: number;
  aRecords?: { ipv4Address: string }[];
  metadata?: Record<string, string>;
}

/** Zones, gateways and network interfaces of a model of Azure. */
export function memoryDiscovery(arm: Arm): Pick<Ports, 'recordSets' | 'backendPools' | 'instanceAddresses'> {
  const pools = new AzureBackendPools({ arm: { sendRequest: rawOver(arm) }, armEndpoint: 'https://model' });
  return {
    recordSets: {
      read: (id) =>
        reading(`Reading record set ${id}`, async () => {
          try {
            const {
              aRecords = [],
              ttl,
              metadata,
              etag,
            } = arm({ method: 'GET', path: id, query: DNS_VERSION }) as RecordSetAnswer;
            return { addresses: aRecords.map(({ ipv4Address }) => ipv4Address), ttlSeconds: ttl, metadata, etag };
          } catch (error) {
            if (isMissing(error)) return undefined;
            throw error;
          }
        }),
      publish: (id, { addresses, ttlSeconds, metadata, etag }) =>
        writing(async () => {
          const aRecords = addresses.map((ipv4Address) => ({ ipv4Address }));
          const body = { properties: { ttl: ttlSeconds, aRecords, metadata } };
          const guard = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
          arm({ method: 'PUT', path: id, query: DNS_VERSION, body, ...guard });
        }),
    },
    backendPools: { read: (id) => pools.read(id), publish: (id, listing) => pools.publish(id, listing) },
    instanceAddresses: {
      read: (scaleSet, orchestration) =>
        reading(`Reading addresses of ${scaleSet}`, async () => {
          const { path, version } = interfacesOf(scaleSet, orchestration);
          const text = arm({ method: 'GET', path, query: { 'api-version': version } }, undefined, true) as string;
          const { value } = JSON.parse(text) as { value: Parameters<typeof addressesOf>[0] };
          return addressesOf(value);
        }),
    },
  };
}

/** The adapter of gateways speaks raw HTTP: the same code runs on the model. */
function rawOver(arm: Arm): ConstructorParameters<typeof AzureBackendPools>[0]['arm']['sendRequest'] {
  return async (request) => {
    const url = new URL(request.url);
    const text = arm(
      {
        method: request.method === 'PUT' ? 'PUT' : 'GET',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        body: typeof request.body === 'string' ? JSON.parse(request.body) : undefined,
        ifMatch: request.headers.get('if-match'),
      },
      undefined,
      true,
    );
    return { status: 200, headers: request.headers, request, bodyAsText: text as string };
  };
}

/** Registry documents as a map with versions that are never used twice. */
export function memoryRegistry(keep: Keep = jsonCopy): Registry {
  const rows = new Map<string, { document: RegistryDocument; etag: string }>();
  let version = 0;
  return {
    read: async (workload) => rows.get(workload),
    async write(workload, document, etag) {
      if (rows.get(workload)?.etag !== etag) return false;
      rows.set(workload, keep({ document, etag: `W/"${++version}"` }));
      return true;
    },
  };
}
