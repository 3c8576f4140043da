// Microsoft.StandbyPool of one world: pools of container groups that run and wait. A create that names a pool gets a ready
// group within seconds and the shape of its profile; the pool makes another one, as long as any group takes. Pools are full
// when the world begins. Not modelled: their bill and quota, zones, changes of a pool or its profile, that a degraded pool
// makes none for a while, and that a create may insist on a ready group.

import { type Clock } from '../clock.ts';
import { type Random } from '../random.ts';
import { type ArmAnswer, ArmError, type ResourceId, idText, key, notFound } from './arm.ts';
import { drawStart } from './container-group.ts';

export const poolType = 'Microsoft.StandbyPool/standbyContainerGroupPools';

/** A pool that the world begins with. */
export interface StandbyPoolDeclaration {
  id: ResourceId;
  maxReadyCapacity: number;
  /** What its groups were made from. */
  profile: { id: string; revision: number; properties: object };
}

interface Pool extends StandbyPoolDeclaration {
  creating: number;
}

/** What a create says of a pool. */
interface PooledProperties {
  containerGroupProfile?: { id?: string; revision?: number };
  standbyPoolProfile?: { id?: string };
  containers?: { name: string; properties?: object }[];
}

export class StandbyPools {
  /** What is wrong with all pools, for tests. */
  degraded: string | undefined;
  #clock: Clock;
  #random: Random;
  #pools: Map<string, Pool>;

  constructor(clock: Clock, random: Random, declared: readonly StandbyPoolDeclaration[]) {
    this.#clock = clock;
    this.#random = random;
    this.#pools = new Map(declared.map((pool) => [key(pool.id), { ...pool, creating: 0 }]));
  }

  /** The runtime view `latest`. */
  latest(id: ResourceId): ArmAnswer {
    const pool = this.#pools.get(key(id));
    if (!pool) throw notFound(id);
    const { creating, maxReadyCapacity } = pool;
    const counts = { Creating: creating, Running: maxReadyCapacity - creating, Deleting: 0 };
    const instanceCountsByState = Object.entries(counts).map(([state, count]) => ({ state, count }));
    const status =
      this.degraded === undefined
        ? { code: 'HealthState/healthy' }
        : { code: 'HealthState/degraded', message: this.degraded };
    const properties = { instanceCountSummary: [{ instanceCountsByState }], provisioningState: 'Succeeded', status };
    const body = {
      id: `${idText(id)}/runtimeViews/latest`,
      name: 'latest',
      type: `${poolType}/runtimeViews`,
      properties,
    };
    return { status: 200, headers: {}, body };
  }

  /** The body of a create with what its pool's profile says in it; any other body as it is. */
  described(body: unknown): unknown {
    const properties = propertiesOf(body);
    if (!properties?.standbyPoolProfile) return body;
    const { profile } = this.#named(properties);
    const { containers = [], containerGroupProfile } = properties;
    if (containers.some((each) => Object.keys(each.properties ?? {}).some((name) => name !== 'configMap'))) {
      throw new ArmError(400, 'BadRequest', 'ContainerGroup properties other than config map are not allowed');
    }
    if (containerGroupProfile?.id !== profile.id || containerGroupProfile.revision !== profile.revision) {
      throw new ArmError(400, 'BadRequest', 'The container group profile is not the one of the standby pool.');
    }
    return {
      ...(body as object),
      properties: { ...profile.properties, ...properties, containers: containersOf(profile) },
    };
  }

  /** Takes a ready group for this create: milliseconds until it is handed over, or undefined where none is ready. */
  take(body: unknown): number | undefined {
    const properties = propertiesOf(body);
    if (!properties?.standbyPoolProfile) return undefined;
    const pool = this.#named(properties);
    if (pool.creating === pool.maxReadyCapacity) return undefined;
    pool.creating++;
    this.#clock.at(this.#clock.now() + drawStart(this.#random), () => void pool.creating--);
    return 2_000 + 8_000 * this.#random.next();
  }

  #named({ standbyPoolProfile }: PooledProperties): Pool {
    const id = standbyPoolProfile?.id ?? '';
    const pool = this.#pools.get(id.toLowerCase());
    if (!pool) throw new ArmError(404, 'ResourceNotFound', `The Resource '${id}' was not found.`);
    return pool;
  }
}

const propertiesOf = (body: unknown): PooledProperties | undefined =>
  (body as { properties?: PooledProperties } | null)?.properties;

const containersOf = ({ properties }: StandbyPoolDeclaration['profile']): unknown =>
  (properties as { containers?: unknown }).containers;
