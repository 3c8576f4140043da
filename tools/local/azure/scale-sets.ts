// Microsoft.Compute of one world: what may be asked of scale sets, and what is refused.

import { type ArmAnswer, ArmError, type ResourceId, key, notFound } from './arm.ts';
import { type BillingRecord } from './container-group.ts';
import { type Operation, operationPath } from './operations.ts';
import { type Instance, ScaleSet, type ScaleSetDeclaration } from './scale-set.ts';
import { type World, quotaOf } from './world.ts';

const provider = 'Microsoft.Compute';
/** The full type of a scale set. */
export const scaleSetType = `${provider}/virtualMachineScaleSets`;

interface Patch {
  sku?: { capacity?: number };
  tags?: Record<string, string>;
}

const ok = (body: unknown): ArmAnswer => ({ status: 200, headers: {}, body });

export class ScaleSets {
  readonly billing: BillingRecord[] = [];
  #world: World;
  #sets: Map<string, ScaleSet>;

  constructor(world: World, declarations: readonly ScaleSetDeclaration[]) {
    this.#world = world;
    this.#sets = new Map(declarations.map((each) => [key(each.id), new ScaleSet(each, world, this.billing)]));
  }

  get(id: ResourceId): ArmAnswer {
    const set = this.find(id);
    return { ...ok(set.toJson()), headers: { etag: set.etag } };
  }

  /** Changes capacity or tags. The answer already has the new capacity; `ifMatch` that is not the ETag gives 412. */
  patch(id: ResourceId, { sku, tags }: Patch, ifMatch?: string): ArmAnswer {
    const set = this.#writable(id, ifMatch);
    const capacity = sku?.capacity ?? set.capacity;
    if (!Number.isInteger(capacity) || capacity < 0 || capacity > 1000) {
      throw new ArmError(400, 'InvalidParameter', `The capacity must be from 0 to 1000, but is '${capacity}'.`);
    }
    this.#admit(set, capacity);
    if (tags) set.tags = tags;
    const headers = this.#async(set, set.resize(capacity));
    return { ...ok(set.toJson()), headers: { ...headers, etag: set.etag } };
  }

  /** Deletes instances by id; 202 with both kinds of status URL. */
  deleteInstances(id: ResourceId, instanceIds: unknown): ArmAnswer {
    const set = this.#writable(id);
    const ids = (Array.isArray(instanceIds) ? instanceIds : []).map(String);
    if (ids.length === 0) {
      throw new ArmError(400, 'InvalidParameter', 'The request must name the instances in instanceIds.');
    }
    const unknown = ids.find((each) => !set.instances.has(each));
    if (unknown !== undefined) {
      throw new ArmError(400, 'InvalidParameter', `The provided instanceId ${unknown} is not an active instance.`);
    }
    const headers = this.#async(set, set.delete(ids));
    const location = `${headers['azure-asyncoperation']}&monitor=true`;
    return { status: 202, headers: { ...headers, location } };
  }

  /** The summary of states; a Flexible set refuses it. */
  instanceView(id: ResourceId): ArmAnswer {
    const set = this.find(id);
    if (set.flexible) {
      const text = 'The operation is not allowed on a Virtual Machine Scale Set with Flexible orchestration mode.';
      throw new ArmError(409, 'OperationNotAllowed', text);
    }
    const counts = new Map<string, number>();
    for (const instance of set.instances.values()) {
      const { provisioningState } = set.instanceJson(instance, false)['properties'] as { provisioningState: string };
      const code = `ProvisioningState/${provisioningState.toLowerCase()}`;
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const code = `ProvisioningState/${set.updating ? 'updating' : 'succeeded'}`;
    return ok({
      virtualMachine: { statusesSummary: [...counts].map(([code, count]) => ({ code, count })) },
      statuses: [{ code, level: 'Info', displayStatus: set.updating ? 'Updating' : 'Provisioning succeeded' }],
    });
  }

  /** The instances of a set; the list of a Flexible set has no instance views, its machines have them. */
  instances(id: ResourceId, withView: boolean): ArmAnswer {
    const set = this.find(id);
    const all = [...set.instances.values()];
    return ok({ value: all.map((each) => set.instanceJson(each, withView && !set.flexible)) });
  }

  /** Virtual machines of a resource group: those of Flexible sets, of one set where the filter names one. */
  machines(scope: string, filter: string | null, withView: boolean): ArmAnswer {
    const sets = [...this.#sets.values()].filter(
      (set) =>
        set.flexible &&
        key(set.declaration.id).startsWith(`${scope.toLowerCase()}/`) &&
        (filter === null || filter.toLowerCase().includes(key(set.declaration.id))),
    );
    const view = withView && filter !== null;
    return ok({
      value: sets.flatMap((set) => [...set.instances.values()].map((i) => set.instanceJson(i, view, true))),
    });
  }

  /** One machine of a Flexible set; `part` chooses the resource, the resource with its view, or the view alone. */
  machine(id: ResourceId, part: 'plain' | 'expanded' | 'view'): ArmAnswer {
    for (const set of this.#sets.values()) {
      const { subscription, resourceGroup } = set.declaration.id;
      const instance = [...set.instances.values()].find((each) => key({ ...id, name: each.name }) === key(id));
      if (!instance || !set.flexible || key({ ...id, subscription, resourceGroup }) !== key(id)) continue;
      return ok(part === 'view' ? set.viewOf(instance) : set.instanceJson(instance, part === 'expanded', true));
    }
    throw notFound(id);
  }

  /** Network interfaces of a Uniform set's instances. */
  interfaces(id: ResourceId): ArmAnswer {
    return ok({ value: this.find(id).interfaces() });
  }

  /** Network interfaces in a resource group: those of Flexible sets. */
  interfacesOf(scope: string): ArmAnswer {
    const sets = [...this.#sets.values()].filter(
      (set) => set.flexible && key(set.declaration.id).startsWith(`${scope.toLowerCase()}/`),
    );
    return ok({ value: sets.flatMap((set) => set.interfaces()) });
  }

  all(): ScaleSet[] {
    return [...this.#sets.values()];
  }

  /** The set of that id, for controls and tests; throws 404. */
  find(id: ResourceId): ScaleSet {
    const set = this.#sets.get(key(id));
    if (!set) throw notFound(id);
    return set;
  }

  /** What the platform does to the instance of that name (`set_0`); throws 404. */
  change(name: string, what: 'evict' | 'fail' | 'sicken'): void {
    const [set, instance] = this.#instanceNamed(name);
    set[what](instance);
  }

  /** Announces maintenance of the instance of that name, for a window in simulated milliseconds; throws 404. */
  announce(name: string, from: number, to: number): void {
    const [set, instance] = this.#instanceNamed(name);
    set.announce(instance, from, to);
  }

  #instanceNamed(name: string): [ScaleSet, Instance] {
    for (const set of this.#sets.values()) {
      const instance = [...set.instances.values()].find((each) => each.name === name);
      if (instance) return [set, instance];
    }
    throw new ArmError(404, 'NotFound', `There is no instance '${name}'.`);
  }

  #writable(id: ResourceId, ifMatch?: string): ScaleSet {
    const set = this.find(id);
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== set.etag) {
      const text = `The condition specified using HTTP conditional header 'If-Match' is not met: the ETag is ${set.etag}.`;
      throw new ArmError(412, 'PreconditionFailed', text);
    }
    if (set.updating) {
      const text = `The request failed because another operation on the scale set '${id.name}' is in progress.`;
      throw new ArmError(409, 'Conflict', text);
    }
    return set;
  }

  #admit(set: ScaleSet, capacity: number): void {
    const { location, cpu } = set.declaration;
    const more = (capacity - set.capacity) * cpu;
    const here = [...this.#sets.values()].filter(({ declaration }) => declaration.location === location);
    const usage = here.reduce((sum, { instances, declaration }) => sum + instances.size * declaration.cpu, 0);
    const { vmCores } = quotaOf(this.#world, location);
    if (more <= 0 || usage + more <= vmCores) return;
    throw new ArmError(
      409,
      'OperationNotAllowed',
      'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional ' +
        `details - Deployment Model: Resource Manager, Location: ${location}, Current Limit: ${vmCores}, ` +
        `Current Usage: ${usage}, Additional Required: ${more}, (Minimum) New Limit Required: ${usage + more}.`,
    );
  }

  #async(set: ScaleSet, operation: Operation): Record<string, string> {
    const { id, location } = set.declaration;
    return { 'azure-asyncoperation': operationPath(id.subscription, provider, location, operation) };
  }
}
