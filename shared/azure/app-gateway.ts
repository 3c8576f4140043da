// Back-end pools of application gateways. A pool is no resource of its own: the whole gateway is read and put back with
// the addresses of one pool changed, guarded by the ETag of the reading. Two raw requests in place of a client with
// thousands of types; what else stands in the gateway goes back as it came.

import type { BackendPools, Listing } from '../ports/discovery.ts';
import { AzureFailure, type WriteOutcome } from '../ports/errors.ts';
import { armUrl, sendArm, type ArmSender } from './arm.ts';
import { reading, writing } from './attempt.ts';
import { resourceParts } from './resource-id.ts';

const API_VERSION = '2024-05-01';

interface Gateway {
  etag?: string;
  properties: { provisioningState?: string; backendAddressPools?: Pool[] };
}

interface Pool {
  name: string;
  properties?: { backendAddresses?: { ipAddress?: string; fqdn?: string }[] };
}

export interface GatewayClients {
  arm: ArmSender;
  armEndpoint: string;
}

export class AzureBackendPools implements BackendPools {
  readonly #clients: GatewayClients;

  constructor(clients: GatewayClients) {
    this.#clients = clients;
  }

  read(id: string): Promise<Listing> {
    return reading(`Reading back-end pool ${id}`, async () => {
      const { gateway, pool } = await this.#read(id);
      const addresses = (pool.properties?.backendAddresses ?? []).flatMap(({ ipAddress }) => ipAddress ?? []);
      const { provisioningState } = gateway.properties;
      return {
        addresses,
        etag: gateway.etag,
        busy: provisioningState === 'Updating' || provisioningState === 'Deleting',
      };
    });
  }

  publish(id: string, { addresses, etag }: Parameters<BackendPools['publish']>[1]): Promise<WriteOutcome> {
    return writing(async () => {
      const { gateway, pool } = await this.#read(id);
      if (gateway.etag !== etag) {
        const message = 'The gateway has changed since it was read.';
        const failure = { class: 'wait', code: 'PreconditionFailed', message } as const;
        throw new AzureFailure(`Writing back-end pool ${id}`, failure, undefined);
      }
      // What a user entered by name stays.
      const named = (pool.properties?.backendAddresses ?? []).filter(({ fqdn }) => fqdn !== undefined);
      const backendAddresses = [...named, ...addresses.map((ipAddress) => ({ ipAddress }))];
      const changed = { ...pool, properties: { ...pool.properties, backendAddresses } };
      const backendAddressPools = gateway.properties.backendAddressPools?.map((each) =>
        each === pool ? changed : each,
      );
      const body = { ...gateway, properties: { ...gateway.properties, backendAddressPools } };
      await sendArm(this.#clients.arm, {
        method: 'PUT',
        url: this.#url(id),
        body,
        ...(etag !== undefined && { headers: { 'if-match': etag } }),
      });
    });
  }

  async #read(id: string): Promise<{ gateway: Gateway; pool: Pool }> {
    const response = await sendArm(this.#clients.arm, { method: 'GET', url: this.#url(id) });
    const gateway = JSON.parse(response.bodyAsText ?? '') as Gateway;
    const { child, name } = poolParts(id);
    const pools = gateway.properties.backendAddressPools ?? [];
    const pool = pools.find((each) => each.name.toLowerCase() === child.toLowerCase());
    if (pool) return { gateway, pool };
    const message = `Application gateway ${name} has no back-end pool ${child}; it has ${pools.map((each) => each.name).join(', ')}.`;
    const failure = { class: 'permanent', code: 'BackendPoolNotFound', message } as const;
    throw new AzureFailure(`Reading back-end pool ${id}`, failure, undefined);
  }

  #url(id: string): string {
    poolParts(id);
    const gateway = id.split('/').slice(0, -2).join('/');
    return armUrl(this.#clients.armEndpoint, gateway, API_VERSION);
  }
}

const poolParts = (id: string) => resourceParts(id, 'Microsoft\\.Network/applicationGateways', 'backendAddressPools');
