// Microsoft.ContainerInstance of one world: groups, quota, create and delete budgets, lists that lag, and the bill.
// Not modelled: private registries, eviction of Spot groups, profiles, logs.

import { Admission } from './admission.ts';
import { type ArmAnswer, ArmError, type ResourceId, key, notFound, transitioning } from './arm.ts';
import { GroupBudgets } from './budgets.ts';
import { type BillingRecord, ContainerGroup, drawStart, type GroupHost } from './container-group.ts';
import { type GroupBody, parseGroup } from './group-body.ts';
import { type Operation, operationPath } from './operations.ts';
import { type StandbyPools } from './standby-pools.ts';
import { type World } from './world.ts';

const provider = 'Microsoft.ContainerInstance';
/** The full type of a container group. */
export const groupType = `${provider}/containerGroups`;

export class ContainerGroups {
  readonly billing: BillingRecord[] = [];
  readonly counters = { groupsCreated: 0, putsOnLiveGroups: 0, maximumLive: 0 };
  #world: World;
  #host: GroupHost;
  #budgets: GroupBudgets;
  #admission: Admission;
  #pools: StandbyPools;
  #join: (body: GroupBody) => void;
  #groups = new Map<string, ContainerGroup>();
  // What lists show: a copy of the truth that follows some seconds behind.
  #listed = new Map<string, ContainerGroup>();

  /** `join` throws when a subnet cannot take the group. */
  constructor(world: World, pools: StandbyPools, join: (body: GroupBody) => void) {
    this.#world = world;
    this.#pools = pools;
    this.#join = join;
    this.#budgets = new GroupBudgets(world.clock);
    this.#admission = new Admission(world, () => this.all());
    this.#host = {
      ...world,
      billing: this.billing,
      startTime: () => drawStart(world.random),
      changed: ({ id, body, running }) =>
        world.changed({ kind: 'group', id: key(id), name: id.name, location: body.location, tags: body.tags, running }),
    };
  }

  /** Creates that others in the subscription made at a moment (epoch ms). */
  createdByOthers(subscription: string, location: string, count: number, at: number): void {
    this.#budgets.usedByOthers(`${subscription}/${location}`, 'ContainerGroupCreation', count, at);
  }

  /** Creates, or restarts what is there: the service redeploys even when the body is identical. */
  put(id: ResourceId, raw: unknown): ArmAnswer {
    const location = this.#locationOf(raw);
    const headers = this.#budgets.take(`${id.subscription}/${location}`, 'ContainerGroupCreation');
    try {
      return this.#put(id, { ...parseGroup(this.#pools.described(raw)), location }, headers);
    } catch (error) {
      if (error instanceof ArmError) Object.assign(error.headers, headers);
      throw error;
    }
  }

  get(id: ResourceId): ArmAnswer {
    return { status: 200, headers: {}, body: this.find(id).toJson(true) };
  }

  /** Replaces the tags: the only thing a PATCH can do. Accepted in any state. */
  patch(id: ResourceId, body: unknown): ArmAnswer {
    const group = this.find(id);
    const tags = (body as { tags?: Record<string, string> } | null)?.tags;
    if (tags) group.body = { ...group.body, tags };
    return { status: 200, headers: {}, body: group.toJson(true) };
  }

  remove(id: ResourceId): ArmAnswer {
    const group = this.#groups.get(key(id));
    if (!group) return { status: 204, headers: {} };
    const headers = this.#budgets.take(`${id.subscription}/${group.body.location}`, 'ContainerGroupDeletion');
    const body = group.toJson(true);
    if (group.provisioning !== 'Deleting') {
      group.remove(this.#world.faults.lingerMilliseconds(), () => {
        this.#groups.delete(key(id));
        this.#relist(id);
      });
    }
    return { status: 200, headers, body };
  }

  stop(id: ResourceId): ArmAnswer {
    this.#settled(id).stop();
    return { status: 204, headers: {} };
  }

  start(id: ResourceId): ArmAnswer {
    const group = this.#settled(id);
    if (group.running) return { status: 204, headers: {} };
    this.#admission.admit(id, group.body, group);
    return { status: 202, headers: this.#async(group, group.deploy('Updating')) };
  }

  restart(id: ResourceId): ArmAnswer {
    const group = this.#settled(id);
    return { status: 204, headers: this.#async(group, group.running ? group.restart() : group.deploy('Updating')) };
  }

  /** One page of a list; `nextLink` is a path that the shell completes. */
  list(subscription: string, resourceGroup: string | undefined, apiVersion: string, skip = 0): ArmAnswer {
    const scope = [`/subscriptions/${subscription}`, ...(resourceGroup ? [`resourceGroups/${resourceGroup}`] : [])];
    const prefix = `${scope.join('/')}/`;
    const within = prefix.toLowerCase();
    const all = [...this.#listed].filter(([id]) => id.startsWith(within)).map(([, group]) => group);
    const { pageSize } = this.#world;
    const more = `${prefix}providers/${groupType}?api-version=${apiVersion}&$skiptoken=${skip + pageSize}`;
    const value = all.slice(skip, skip + pageSize).map((group) => group.toJson(false));
    return { status: 200, headers: {}, body: { value, ...(skip + pageSize < all.length ? { nextLink: more } : {}) } };
  }

  usages(subscription: string, region: string): ArmAnswer {
    return { status: 200, headers: {}, body: this.#admission.usages(subscription, region.toLowerCase()) };
  }

  /** The group of that id, for controls and tests; throws 404. */
  find(id: ResourceId): ContainerGroup {
    const group = this.#groups.get(key(id));
    if (!group) throw notFound(id);
    return group;
  }

  /** The groups that exist and have this name, whatever their resource group. */
  named(name: string): ContainerGroup[] {
    return this.all().filter(({ id }) => id.name.toLowerCase() === name.toLowerCase());
  }

  /** The groups that exist. */
  all(): ContainerGroup[] {
    return [...this.#groups.values()];
  }

  #put(id: ResourceId, body: GroupBody, headers: Record<string, string>): ArmAnswer {
    const existing = this.#groups.get(key(id));
    if (existing?.transitioning) throw transitioning(id.name);
    this.#admission.admit(id, body, existing);
    if (!existing) this.#join(body);
    const group = existing ?? new ContainerGroup(id, body, this.#host);
    group.body = body;
    if (existing) {
      this.counters.putsOnLiveGroups++;
    } else {
      this.counters.groupsCreated++;
      this.#groups.set(key(id), group);
      this.counters.maximumLive = Math.max(this.counters.maximumLive, this.#groups.size);
      this.#relist(id);
    }
    const operation = existing ? group.deploy('Updating') : group.deploy('Creating', this.#pools.take(body));
    const all = { ...headers, ...this.#async(group, operation) };
    return { status: existing ? 200 : 201, headers: all, body: group.toJson(true) };
  }

  #settled(id: ResourceId): ContainerGroup {
    const group = this.find(id);
    if (group.transitioning) throw transitioning(id.name);
    return group;
  }

  #locationOf(raw: unknown): string {
    const location = (raw as { location?: unknown } | null)?.location;
    if (typeof location === 'string' && location !== '') return location.toLowerCase().replaceAll(' ', '');
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  }

  #async(group: ContainerGroup, operation: Operation): Record<string, string> {
    const path = operationPath(group.id.subscription, provider, group.body.location, operation);
    return { 'azure-asyncoperation': path };
  }

  #relist(id: ResourceId): void {
    const { clock, faults } = this.#world;
    const lag = faults.listLagMilliseconds();
    const show = (): void => {
      const group = this.#groups.get(key(id));
      if (group) this.#listed.set(key(id), group);
      else this.#listed.delete(key(id));
    };
    if (lag > 0) clock.at(clock.now() + lag, show);
    else show();
  }
}
