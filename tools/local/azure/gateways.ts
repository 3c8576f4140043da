// Application gateways of one world: a resource that is read and put as a whole, and takes a while for each change.
// Not modelled: everything in a gateway but the addresses of its pools; the rest is kept as it was put.

import { type Clock } from '../clock.ts';
import { type Random } from '../random.ts';
import { type ArmAnswer, ArmError, type ResourceId, idText, key, notFound } from './arm.ts';

export const gatewayType = 'Microsoft.Network/applicationGateways';

/** A gateway that the world begins with, its pools empty. */
export interface GatewayDeclaration {
  id: ResourceId;
  location: string;
  pools: readonly string[];
}

interface Gateway {
  location: string;
  properties: Record<string, unknown>;
  version: number;
  readyAt: number;
}

interface Pool {
  name: string;
  properties?: { backendAddresses?: { ipAddress?: string }[] };
}

export class Gateways {
  /** Accepted changes so far, and when. */
  readonly changedAt: number[] = [];
  #clock: Clock;
  #random: Random;
  #gateways: Map<string, Gateway>;

  constructor(clock: Clock, random: Random, declared: readonly GatewayDeclaration[]) {
    this.#clock = clock;
    this.#random = random;
    this.#gateways = new Map(
      declared.map(({ id, location, pools }) => {
        const backendAddressPools = pools.map((name) => ({
          name,
          id: `${idText(id)}/backendAddressPools/${name}`,
          properties: { provisioningState: 'Succeeded', backendAddresses: [] },
        }));
        const properties = { sku: { name: 'Standard_v2', tier: 'Standard_v2' }, backendAddressPools };
        return [key(id), { location, properties, version: 1, readyAt: 0 }];
      }),
    );
  }

  get(id: ResourceId): ArmAnswer {
    return { status: 200, headers: {}, body: this.#json(id, this.#find(id)) };
  }

  put(id: ResourceId, body: unknown, ifMatch: string | undefined): ArmAnswer {
    const gateway = this.#find(id);
    if (ifMatch !== undefined && ifMatch !== etagOf(gateway))
      throw new ArmError(412, 'PreconditionFailed', `Precondition failed. Current ETag: ${etagOf(gateway)}.`);
    if (gateway.readyAt > this.#clock.now())
      throw new ArmError(
        409,
        'AnotherOperationInProgress',
        'Another operation on this or dependent resource is in progress.',
      );
    gateway.properties = (body as { properties: Record<string, unknown> }).properties;
    gateway.version++;
    gateway.readyAt = this.#clock.now() + 10_000 + 30_000 * this.#random.next();
    this.changedAt.push(this.#clock.now());
    return { status: 200, headers: {}, body: this.#json(id, gateway) };
  }

  /** The addresses of a pool, by its resource id; undefined when there is no such pool. */
  listed(pool: string): string[] | undefined {
    const parts = pool.split('/');
    const gateway = this.#gateways.get(parts.slice(0, -2).join('/').toLowerCase());
    const pools = (gateway?.properties['backendAddressPools'] ?? []) as Pool[];
    const found = pools.find(({ name }) => name.toLowerCase() === parts.at(-1)?.toLowerCase());
    return found && (found.properties?.backendAddresses ?? []).flatMap(({ ipAddress }) => ipAddress ?? []);
  }

  #find(id: ResourceId): Gateway {
    const gateway = this.#gateways.get(key(id));
    if (!gateway) throw notFound(id);
    return gateway;
  }

  #json(id: ResourceId, gateway: Gateway): object {
    const provisioningState = gateway.readyAt > this.#clock.now() ? 'Updating' : 'Succeeded';
    return {
      name: id.name,
      id: idText(id),
      etag: etagOf(gateway),
      type: gatewayType,
      location: gateway.location,
      properties: { ...gateway.properties, provisioningState },
    };
  }
}

const etagOf = ({ version }: Gateway): string => `W/"gateway-${version}"`;
