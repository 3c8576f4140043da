// One virtual machine scale set and its instances.
//
//   set:       Succeeded ──PATCH or POST /delete──> Updating ──last instance settled──> Succeeded
//   instance:  creating ──120..210 s──> running ──evicted──> deallocated       creating, running ──failed──> failed
//              running ──maintenance that was announced──> updating ──120..210 s──> running
//              any of them ──deleted──> deleting ──20..40 s──> gone
//
// An instance bills from its acceptance until it is gone or deallocated. Not modelled: PUT, upgrades, reimage, start and
// stop, overprovisioning, protection, and Compute's own token buckets.

import { type Time } from '../clock.ts';
import { type ResourceId, guid, idText, iso, key } from './arm.ts';
import { type BillingRecord } from './container-group.ts';
import { type Operation } from './operations.ts';
import { type World } from './world.ts';

/** A scale set the world begins with; all its instances run already. */
export interface ScaleSetDeclaration {
  id: ResourceId;
  location: string;
  capacity: number;
  mode?: 'Uniform' | 'Flexible';
  vmSize?: string;
  cpu?: number;
  memoryInGB?: number;
  tags?: Record<string, string>;
}

export interface Instance {
  /** A number in a Uniform set, the name of the machine in a Flexible one. */
  instanceId: string;
  name: string;
  state: 'creating' | 'running' | 'unhealthy' | 'updating' | 'failed' | 'deallocated' | 'deleting';
  vmId: string;
  created: Time;
  /** Those of the set when it was made. */
  tags: Record<string, string>;
  bill: BillingRecord;
  /** Announced, from when until when at the latest. */
  maintenance?: { from: Time; to: Time; done: boolean };
}

// [provisioning state, power state, health]; a state without power shows none.
const views: Record<Instance['state'], [string, string?, string?]> = {
  creating: ['Creating', 'starting', 'initializing'],
  running: ['Succeeded', 'running', 'healthy'],
  updating: ['Updating', 'starting', 'initializing'],
  unhealthy: ['Succeeded', 'running', 'unhealthy'],
  failed: ['Failed', 'running', 'unhealthy'],
  deallocated: ['Succeeded', 'deallocated'],
  deleting: ['Deleting', 'stopping'],
};

/** An address of its own in 10.128.0.0/9 for each machine. */
export const addressOf = ({ vmId }: Pick<Instance, 'vmId'>): string => {
  const [a = 0, b = 0, c = 0] = [0, 2, 4].map((at) => Number.parseInt(vmId.slice(at, at + 2), 16));
  return `10.${128 + (a % 128)}.${b}.${c}`;
};

export class ScaleSet {
  readonly declaration: Required<ScaleSetDeclaration>;
  readonly instances = new Map<string, Instance>();
  capacity: number;
  tags: Record<string, string>;
  #version = 1;
  #nextId = 0;
  #operation: Operation | undefined;
  #pending = 0;
  #world: World;
  #billing: BillingRecord[];
  #uniqueId: string;
  #created: string;

  constructor(declaration: ScaleSetDeclaration, world: World, billing: BillingRecord[]) {
    const size = { vmSize: 'Standard_D2s_v5', cpu: 2, memoryInGB: 8 };
    this.declaration = { mode: 'Uniform', tags: {}, ...size, ...declaration };
    this.capacity = declaration.capacity;
    this.tags = this.declaration.tags;
    this.#world = world;
    this.#billing = billing;
    this.#uniqueId = guid(world.random);
    this.#created = iso(world.clock.now());
    for (let count = 0; count < declaration.capacity; count++) this.#create().state = 'running';
  }

  get etag(): string {
    return `"${this.#version}"`;
  }

  get updating(): boolean {
    return this.#operation !== undefined;
  }

  get flexible(): boolean {
    return this.declaration.mode === 'Flexible';
  }

  /** Starts an operation that ends when every instance it touches has settled. */
  resize(capacity: number): Operation {
    return this.#operate(() => {
      const victims = [...this.instances.values()].filter(({ state }) => state !== 'deleting').toReversed();
      // The default scale-in policy ends with the highest instance id.
      for (const instance of victims.slice(0, Math.max(0, this.capacity - capacity))) this.#remove(instance);
      for (let count = this.capacity; count < capacity; count++) this.#boot(this.#create());
      this.capacity = capacity;
    });
  }

  /** Deletes the named instances and lowers the capacity by as many. */
  delete(instanceIds: readonly string[]): Operation {
    return this.#operate(() => {
      for (const id of new Set(instanceIds)) {
        const instance = this.instances.get(id);
        if (!instance || instance.state === 'deleting') continue;
        this.capacity--;
        this.#remove(instance);
      }
    });
  }

  /** Spot eviction with policy Deallocate: the instance stays and counts, its bill ends. */
  evict(instance: Instance): void {
    this.#end(instance, 'deallocated');
    instance.bill.to ??= this.#world.clock.now();
  }

  /** The machine runs, and its health extension says that what runs on it is not well. */
  sicken(instance: Instance): void {
    if (instance.state === 'running') this.#end(instance, 'unhealthy');
  }

  /** The machine stays allocated and bills, but carries nothing. */
  fail(instance: Instance): void {
    this.#end(instance, 'failed');
  }

  /** The platform announces a redeployment for the window from `from` on; it takes place as that begins. */
  announce(instance: Instance, from: Time, to: Time): void {
    instance.maintenance = { from, to, done: false };
    const { clock } = this.#world;
    clock.at(Math.max(from, clock.now()), () => {
      if (instance.state !== 'running') return;
      this.#end(instance, 'updating');
      this.#boot(instance);
    });
  }

  toJson(): Record<string, unknown> {
    const { id, location, vmSize, mode } = this.declaration;
    return {
      name: id.name,
      id: idText(id),
      type: id.type,
      location,
      tags: this.tags,
      etag: this.etag,
      sku: { name: vmSize, tier: 'Standard', capacity: this.capacity },
      properties: {
        provisioningState: this.updating ? 'Updating' : 'Succeeded',
        orchestrationMode: mode,
        singlePlacementGroup: false,
        platformFaultDomainCount: 1,
        uniqueId: this.#uniqueId,
        timeCreated: this.#created,
        ...(this.flexible ? {} : { upgradePolicy: { mode: 'Manual' }, overprovision: false }),
      },
    };
  }

  /** An instance as the set's own list shows it, or (Flexible) as the virtual machine it is. */
  instanceJson(instance: Instance, withView: boolean, asMachine = false): Record<string, unknown> {
    const { id, location, vmSize } = this.declaration;
    const machine = `/subscriptions/${id.subscription}/resourceGroups/${id.resourceGroup}/providers/Microsoft.Compute/`;
    const child = `${idText(id)}/virtualMachines/${instance.instanceId}`;
    return {
      name: instance.name,
      id: this.flexible ? `${machine}virtualMachines/${instance.name}` : child,
      type: this.flexible ? 'Microsoft.Compute/virtualMachines' : `${id.type}/virtualMachines`,
      location,
      tags: instance.tags,
      ...(asMachine ? {} : { instanceId: instance.instanceId, sku: { name: vmSize, tier: 'Standard' } }),
      properties: {
        provisioningState: views[instance.state][0],
        vmId: instance.vmId,
        hardwareProfile: { vmSize },
        timeCreated: iso(instance.created),
        ...(asMachine ? { virtualMachineScaleSet: { id: idText(id) } } : { latestModelApplied: true }),
        ...(withView ? { instanceView: this.viewOf(instance) } : {}),
      },
    };
  }

  /** One interface for each instance. */
  interfaces(): object[] {
    return [...this.instances.values()].map((instance) => {
      const { id } = this.instanceJson(instance, false);
      const properties = { primary: true, privateIPAddress: addressOf(instance) };
      return {
        name: `${instance.name}-nic`,
        properties: { primary: true, virtualMachine: { id }, ipConfigurations: [{ name: 'ip', properties }] },
      };
    });
  }

  viewOf(instance: Instance): object {
    const [provisioning, power, health] = views[instance.state];
    const codes = [`ProvisioningState/${provisioning.toLowerCase()}`, ...(power ? [`PowerState/${power}`] : [])];
    const time = iso(instance.created);
    const statuses = codes.map((code) => ({ code, level: 'Info', displayStatus: code.split('/')[1], time }));
    const vmHealth = { status: { code: `HealthState/${health}`, level: 'Info', displayStatus: health } };
    const { maintenance } = instance;
    const redeploy = maintenance && {
      isCustomerInitiatedMaintenanceAllowed: false,
      maintenanceWindowStartTime: iso(maintenance.from),
      maintenanceWindowEndTime: iso(maintenance.to),
      lastOperationResultCode: maintenance.done ? 'MaintenanceCompleted' : 'None',
    };
    return {
      statuses,
      ...(health ? { vmHealth } : {}),
      ...(redeploy ? { maintenanceRedeployStatus: redeploy } : {}),
    };
  }

  #create(): Instance {
    const { random, clock } = this.#world;
    const { id, cpu, memoryInGB } = this.declaration;
    const instanceId = this.flexible ? `${id.name}_${guid(random).slice(0, 8)}` : String(this.#nextId);
    // Ids have gaps in the real service, mostly from overprovisioned instances that were dropped again.
    this.#nextId += random.next() < 0.3 ? 3 : 1;
    const name = this.flexible ? instanceId : `${id.name}_${instanceId}`;
    const path = `${idText(id)}/virtualMachines/${instanceId}`;
    const bill: BillingRecord = { id: path, tags: this.tags, from: clock.now(), cpu, memoryInGB };
    this.#billing.push(bill);
    const instance: Instance = {
      instanceId,
      name,
      state: 'creating',
      vmId: guid(random),
      created: clock.now(),
      tags: this.tags,
      bill,
    };
    this.instances.set(instanceId, instance);
    return instance;
  }

  #boot(instance: Instance): void {
    this.#after(120_000 + 90_000 * this.#world.random.next(), () => {
      if (instance.state !== 'creating' && instance.state !== 'updating') return;
      if (instance.maintenance && instance.state === 'updating') instance.maintenance.done = true;
      instance.state = 'running';
      this.#tell(instance, true);
    });
  }

  #remove(instance: Instance): void {
    this.#end(instance, 'deleting');
    this.#after(20_000 + 20_000 * this.#world.random.next(), () => {
      instance.bill.to ??= this.#world.clock.now();
      this.instances.delete(instance.instanceId);
    });
  }

  #end(instance: Instance, state: Instance['state']): void {
    const ran = instance.state === 'running';
    instance.state = state;
    if (ran) this.#tell(instance, false);
  }

  /** Resource id of an instance, in lower case. */
  pathOf(instance: Instance): string {
    return `${key(this.declaration.id)}/virtualmachines/${instance.instanceId}`;
  }

  #tell(instance: Instance, running: boolean): void {
    const { location } = this.declaration;
    this.#world.changed({
      kind: 'instance',
      id: this.pathOf(instance),
      name: instance.name,
      location,
      tags: instance.tags,
      running,
    });
  }

  #operate(work: () => void): Operation {
    const operation = this.#world.operations.start('InProgress', () => ({ name: operation.id }));
    this.#operation = operation;
    this.#version++;
    work();
    if (this.#pending === 0) this.#settle();
    return operation;
  }

  #after(milliseconds: number, run: () => void): void {
    this.#pending++;
    this.#world.clock.at(this.#world.clock.now() + milliseconds, () => {
      run();
      if (--this.#pending === 0) this.#settle();
    });
  }

  #settle(): void {
    if (this.#operation) this.#world.operations.finish(this.#operation);
    this.#operation = undefined;
  }
}
