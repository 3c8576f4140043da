// The world of one seed: the local Azure's model, fluid queues, replicas that live in them, and the stores. No controller
// and no faults yet.

import type { PlannerState } from '../../../shared/controller/plan-types.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { RegistryDocument } from '../../../shared/ports/discovery.ts';
import { seenIn } from '../../../shared/health/short-seen.ts';
import type { RolloutRecord } from '../../../shared/rollout/record.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import { groupBody } from '../../../shared/azure/group-body.ts';
import type { ArmRequest } from '../../local/azure/arm.ts';
import { AzureModel } from '../../local/azure/azure.ts';
import type { BillingRecord } from '../../local/azure/container-group.ts';
import { groupType } from '../../local/azure/container-groups.ts';
import { SimulatedClock } from '../../local/clock.ts';
import { seeded, type Random } from '../../local/random.ts';
import { Queue } from '../../local/servicebus/queue.ts';
import type { Poll } from '../../local/workers.ts';
import { EVALUATIONS_QUEUE } from '../memory-evaluations.ts';
import type { Keep } from '../json-copy.ts';
import { memoryPorts } from '../memory-ports.ts';
import { memoryStores } from '../memory-stores.ts';
import type { LivingWorkload } from '../promises/check.ts';
import {
  declare,
  OWNER,
  REGIONS,
  RESOURCE_GROUP,
  SECRET,
  SUBSCRIPTION,
  type DeclaredWorkload,
  type Span,
} from './declare.ts';
import { GATEWAY, probesOf, publishSome, ZONE } from './discovery.ts';
import { FluidQueue, fluidMetrics } from './fluid-queue.ts';
import { limitSome, paceSome } from './limits.ts';
import { aliasesOf, signalSome } from './signals.ts';
import { poolSome } from './standby-pools.ts';
import { NEVER_SERVE, releasable, Releases } from './releases.ts';
import { Replicas } from './replicas.ts';

/** A group of another deployment in the same resource group. */
export const FOREIGN = 'somebody-elses';

interface Claims {
  count: number;
  observedAt: number;
  /** Of the last one: each plan makes a list of its own, and what settles its claim saves that very list again. */
  wanted: PlannerState['wanted'];
}

export interface WorldOptions extends Span {
  seed: number;
  /** Whether workloads are released over and over. */
  releases: boolean;
  /** How stores keep what they are given; default: as copies. */
  keep?: Keep | undefined;
  /** Answers what replicas ask. */
  poll: (workload: string) => Poll;
  /** Sees each request to Azure. */
  onRequest: (request: ArmRequest) => void;
}

export class World {
  readonly clock: SimulatedClock;
  readonly model: AzureModel;
  readonly workloads = new Map<string, LivingWorkload>();
  /** Names of the workloads that are declared now. */
  readonly declared: Set<string>;
  readonly stores;
  readonly evaluations: Queue;
  readonly deployment;
  /** Without any fault. */
  readonly ports: Ports;
  /** Drains in the planner state as last saved, by workload. */
  /** Addresses in the registry's documents. */
  readonly savedMembers = new Map<string, readonly string[]>();
  readonly savedDrains = new Map<string, PlannerState['drains']>();
  /** When planner state as last saved began, by workload. */
  readonly savedBirths = new Map<string, number>();
  /** How many evaluations saved planner state, by workload, and when the last of them observed. */
  readonly claims = new Map<string, Claims>();
  /** Who waits to drain in the planner state as last saved, by workload. */
  readonly savedLeaving = new Map<string, ReadonlySet<string>>();
  /** Groups that the planner state as last saved takes for serving, by workload. */
  readonly savedServing = new Map<string, ReadonlySet<string>>();
  /** The record of revisions as last saved, by workload. */
  readonly savedRecords = new Map<string, RolloutRecord>();
  readonly releases: Releases;
  readonly #released: boolean;
  #bills: BillingRecord[] = [];
  #billsSeen = 0;

  constructor({ seed, releases, from, quietFrom, keep, poll, onRequest }: WorldOptions) {
    this.stores = memoryStores(keep);
    const span = { from, quietFrom };
    const random = seeded(seed * 16 + 3);
    this.#released = releases;
    const { workloads: declared, unattendedMinutes, quota } = declare(random, span);
    const known = releases
      ? declared.map((each) => releasable(random, each))
      : publishSome(seeded(seed * 16 + 15), declared);
    const paced = paceSome(seeded(seed * 16 + 7), limitSome(seeded(seed * 16 + 14), known));
    // A pool has groups of one revision.
    const pooled = releases ? paced : poolSome(seeded(seed * 16 + 11), paced);
    // Dead letters, by which a bad release is known, are read of the own queue alone.
    const workloads = signalSome(seeded(seed * 4099), { ...span, ownQueue: releases }, pooled);
    this.clock = new SimulatedClock(from);
    this.evaluations = new Queue(EVALUATIONS_QUEUE, this.clock);
    const queues = new Map<string, FluidQueue>();
    const sets = workloads.flatMap(({ set }) => set ?? []);
    const demand = (name: string): number => this.#replicasAskedFor(name);
    this.model = new AzureModel({
      clock: this.clock,
      seed,
      scaleSets: sets,
      autoscaleSettings: workloads.flatMap(({ autoscaled, workload }) => {
        const target = workload.scaling.base.scaleSet;
        if (!autoscaled || target === undefined) return [];
        return [{ name: 'by-cpu', properties: { enabled: true, targetResourceUri: target, profiles: [] } }];
      }),
      standbyPools: workloads.flatMap(({ pool }) => pool ?? []),
      zones: [ZONE],
      gateways: [{ id: GATEWAY, location: 'westeurope', pools: workloads.map(({ workload }) => workload.name) }],
      metrics: fluidMetrics(queues),
      logs: (_, query) => ({ columns: [{ name: 'replicas', type: 'real' }], rows: [[demand(query)]] }),
    });
    this.releases = new Releases({ clock: this.clock, model: this.model, random: seeded(seed * 16 + 12) });
    for (const [index, declaration] of workloads.entries()) {
      const queue = new FluidQueue({
        now: () => this.clock.now(),
        random: seeded(seed * 16 + 4 + index),
        rate: declaration.rate,
        perReplica: declaration.perReplica,
        calmFrom: quietFrom,
      });
      const { name } = declaration.workload;
      queues.set(name, queue);
      const replicas = this.#replicasOf(declaration, queue, seeded(seed * 16 + 8 + index), poll(name));
      this.workloads.set(name, { workload: declaration.workload, declaration, queue, replicas });
    }
    this.declared = new Set(this.workloads.keys());
    this.deployment = {
      ownerId: OWNER,
      subscriptionId: SUBSCRIPTION,
      resourceGroup: RESOURCE_GROUP,
      unattendedMinutes,
    };
    this.ports = this.#portsOn(queues, seed % 2 === 0, onRequest);
    this.#populate();
    this.#shareCreates(seeded(seed * 16), from);
    // What was made before has its place whatever the quota is now.
    for (const [region, limits] of Object.entries(quota)) this.model.setQuota(region, limits);
  }

  /** In a quarter of the worlds others have used up two thirds of the creates of an hour just before. */
  #shareCreates(random: Random, from: number): void {
    if (random.next() >= 0.25) return;
    for (const region of REGIONS) this.model.groups.createdByOthers(SUBSCRIPTION, region, 200, from - 6 * 60_000);
  }

  declaredWorkloads(): Workload[] {
    return [...this.workloads.values()].flatMap(({ workload }) => (this.declared.has(workload.name) ? [workload] : []));
  }

  /** Bills of container groups that are open now. */
  openBills(): readonly BillingRecord[] {
    const { billing } = this.model.groups;
    this.#bills.push(...billing.slice(this.#billsSeen));
    this.#billsSeen = billing.length;
    this.#bills = this.#bills.filter(({ to }) => to === undefined);
    return this.#bills;
  }

  #portsOn(queues: Map<string, FluidQueue>, oneNamespace: boolean, onRequest: (request: ArmRequest) => void): Ports {
    const { clock, deployment, evaluations, stores, model } = this;
    const ports = memoryPorts({
      clock,
      deployment,
      evaluations,
      oneNamespace,
      stores,
      queues: new Map([...queues].flatMap(([name, queue]) => aliasesOf(name).map((alias) => [alias, queue] as const))),
      model: {
        handle(request) {
          onRequest(request);
          return model.handle(request);
        },
      },
    });
    const { planner } = ports;
    const save: typeof planner.save = async (workload, state, etag) => {
      const saved = await planner.save(workload, state, etag);
      if (saved !== undefined) {
        this.savedDrains.set(workload, state.drains);
        this.savedBirths.set(workload, state.bornAt);
        this.#count(workload, state);
        this.savedLeaving.set(workload, new Set(Object.keys(state.discovery?.leaving ?? {})));
        if (this.#released) this.savedServing.set(workload, servingIn(state));
      }
      return saved;
    };
    const write: typeof ports.rollouts.write = async (workload, record, etag) => {
      const written = await ports.rollouts.write(workload, record, etag);
      if (written) this.savedRecords.set(workload, record);
      return written;
    };
    const publish: typeof ports.registry.write = async (workload, document, etag) => {
      const written = await ports.registry.write(workload, document, etag);
      if (written) this.savedMembers.set(workload, addressesIn(document));
      return written;
    };
    const own = { probe: async ({ ip }: { ip: string }) => this.releases.probe(ip) };
    const probes = this.#released ? own : probesOf(model);
    return {
      ...ports,
      planner: { ...planner, save },
      rollouts: { ...ports.rollouts, write },
      registry: { ...ports.registry, write: publish },
      probes,
    };
  }

  #count(workload: string, { observedAt, wanted }: PlannerState): void {
    const last = this.claims.get(workload);
    if (wanted === last?.wanted) return;
    this.claims.set(workload, { count: (last?.count ?? 0) + 1, observedAt, wanted });
  }

  #replicasOf(
    { workload, longestWork, longestLife, set }: DeclaredWorkload,
    queue: FluidQueue,
    random: ReturnType<typeof seeded>,
    poll: Poll,
  ) {
    const { base, drain } = workload.scaling;
    const replicas = new Replicas({
      clock: this.clock,
      random,
      queue,
      replicasPerInstance: base.replicasPerInstance,
      poll: drain === 'none' ? undefined : poll,
      longestWork,
      ...(longestLife !== undefined && {
        longestLife,
        end: (name: string) => this.model.groups.named(name)[0]?.exit(0),
      }),
    });
    const found = set && this.model.scaleSets.find(set.id);
    for (const instance of found?.instances.values() ?? []) {
      replicas.changed({ kind: 'instance', id: found?.pathOf(instance) ?? '', name: instance.name, running: true });
    }
    const prefix = set && `/virtualmachinescalesets/${set.id.name}/`.toLowerCase();
    this.model.onReplicaChange((change) => {
      const own =
        change.kind === 'group'
          ? change.tags[TAGS.workload] === workload.name
          : prefix !== undefined && change.id.includes(prefix);
      const bad = this.releases.badness(change.tags[TAGS.revision]);
      // What is never ready takes no work.
      if (own && !NEVER_SERVE.has(bad)) replicas.changed(change, bad === 'dead-letters');
    });
    return replicas;
  }

  /** The declared groups of start-stop workloads, stopped, and one group of somebody else. */
  #populate(): void {
    for (const { workload, declaration } of this.workloads.values()) {
      for (let ordinal = 1; ordinal <= declaration.madeBefore; ordinal++) {
        const { locations } = workload.scaling.burst;
        const location = locations[ordinal % locations.length] ?? '';
        this.#put(`${workload.name}-${location}-${ordinal}`, location, workload, {
          [TAGS.owner]: OWNER,
          [TAGS.workload]: workload.name,
          [TAGS.revision]: workload.revision,
          [TAGS.ordinal]: String(ordinal),
        });
      }
    }
    const [first] = this.declaredWorkloads();
    if (first) this.#put(FOREIGN, 'westeurope', first, { [TAGS.owner]: 'another', [TAGS.workload]: 'another' });
  }

  #put(name: string, location: string, { spec }: Workload, tags: Record<string, string>): void {
    const id = { subscription: SUBSCRIPTION, resourceGroup: RESOURCE_GROUP, type: groupType, name };
    const ports = spec.probe ? [spec.probe.port] : [];
    this.model.groups.put(id, groupBody({ name, location, tags, spec, ports, secrets: { SETTING: SECRET } }));
    if (name !== FOREIGN) this.model.groups.find(id).stop();
  }

  #replicasAskedFor(name: string): number {
    const { rate, perReplica } = this.workloads.get(name)?.declaration ?? { rate: () => 0, perReplica: 1 };
    return Math.ceil(rate(this.clock.now()) / (perReplica * 0.8));
  }
}

const addressesIn = ({ members }: RegistryDocument): string[] => members.map(({ address }) => address);

const servingIn = (state: PlannerState): ReadonlySet<string> =>
  new Set(Object.entries(seenIn(state)).flatMap(([name, { health }]) => (health === 'serving' ? [name] : [])));
