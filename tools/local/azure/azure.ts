// The local Azure without HTTP: its parts, and the path every request takes through them. Simulations call the parts
// (`groups.put`, `scaleSets.patch`) or `handle`; the server calls `handle`.

import { type Clock } from '../clock.ts';
import { type Random, seeded } from '../random.ts';
import { type ArmAnswer, ArmError, type ArmRequest, type ResourceId, tooMany, transitioning } from './arm.ts';
import { type BucketKind, TokenBuckets } from './budgets.ts';
import { type BillingRecord } from './container-group.ts';
import { ContainerGroups } from './container-groups.ts';
import { Deployment } from './deployment.ts';
import { type FaultPlanInput, type FaultRule, Faults } from './faults.ts';
import { type GatewayDeclaration, Gateways } from './gateways.ts';
import { authenticate } from './identity.ts';
import { type LogSource, type MetricSource } from './metrics.ts';
import { type NetworkDeclaration, Networks } from './networks.ts';
import { Operations } from './operations.ts';
import { PrivateZones } from './private-zones.ts';
import { find } from './routes.ts';
import { type ScaleSetDeclaration } from './scale-set.ts';
import { ScaleSets } from './scale-sets.ts';
import { type StandbyPoolDeclaration, StandbyPools } from './standby-pools.ts';
import { type Quota, type ReplicaChange, type World, quotaOf, setQuota } from './world.ts';

/** What a local Azure begins with. */
export interface AzureOptions {
  clock: Clock;
  seed: number;
  /** Limits by region; what is left out is standard (100 groups, 100 cores, 350 VM cores). */
  quota?: Record<string, Partial<Quota>>;
  /** Entries on one page of a list of container groups; 100 by default. */
  pageSize?: number;
  /** Container groups get addresses of this machine, 127.0.0.0/8; by default such as nobody answers at. */
  loopback?: boolean;
  scaleSets?: readonly ScaleSetDeclaration[];
  /** Autoscale settings as the list returns them. */
  autoscaleSettings?: readonly object[];
  /** Private DNS zones that exist. */
  zones?: readonly ResourceId[];
  gateways?: readonly GatewayDeclaration[];
  /** Virtual networks; without any, every subnet is taken. */
  networks?: readonly NetworkDeclaration[];
  standbyPools?: readonly StandbyPoolDeclaration[];
  faults?: FaultPlanInput;
  metrics?: MetricSource;
  logs?: LogSource;
}

export class AzureModel {
  readonly clock: Clock;
  readonly operations: Operations;
  readonly faults: Faults;
  readonly groups: ContainerGroups;
  readonly scaleSets: ScaleSets;
  readonly zones: PrivateZones;
  readonly gateways: Gateways;
  readonly networks: Networks;
  readonly standbyPools: StandbyPools;
  readonly deployment = new Deployment();
  readonly autoscaleSettings: readonly object[];
  readonly metrics: MetricSource;
  readonly logs: LogSource;
  #world: World;
  #requests = 0;
  #buckets: TokenBuckets;
  #listeners = new Set<(change: ReplicaChange) => void>();

  constructor(options: AzureOptions) {
    const { clock, seed } = options;
    // Parts draw from streams of their own, so that one more request does not change the start time of a group.
    const streams = [2, 3, 4].map((part) => seeded(seed * 8 + part)) as [Random, Random, Random];
    this.clock = clock;
    this.#buckets = new TokenBuckets(clock);
    this.operations = new Operations(clock, streams[0]);
    this.faults = new Faults(clock, streams[1], options.faults);
    this.#world = {
      clock,
      random: streams[2],
      operations: this.operations,
      faults: this.faults,
      quota: new Map(),
      pageSize: options.pageSize ?? 100,
      loopback: options.loopback ?? false,
      changed: (change) => {
        for (const listener of this.#listeners) listener(change);
      },
    };
    for (const [region, limits] of Object.entries(options.quota ?? {})) this.setQuota(region, limits);
    this.networks = new Networks(options.networks, () => this.groups.all());
    this.standbyPools = new StandbyPools(clock, seeded(seed * 8 + 6), options.standbyPools ?? []);
    this.groups = new ContainerGroups(this.#world, this.standbyPools, (body) => this.networks.admit(body));
    this.scaleSets = new ScaleSets(this.#world, options.scaleSets ?? []);
    this.zones = new PrivateZones(clock, options.zones ?? []);
    this.gateways = new Gateways(clock, seeded(seed * 8 + 5), options.gateways ?? []);
    this.autoscaleSettings = options.autoscaleSettings ?? [];
    this.metrics = options.metrics ?? (() => undefined);
    this.logs = options.logs ?? (() => ({ columns: [], rows: [] }));
  }

  quota(region: string): Quota {
    return quotaOf(this.#world, region);
  }

  setQuota(region: string, limits: Partial<Quota>): void {
    setQuota(this.#world, region, limits);
  }

  /** Tells when containers of a group, or an instance, begin or cease to run; returns its removal. */
  onReplicaChange(listener: (change: ReplicaChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Every stretch of paid time so far, groups and instances. */
  billing(): BillingRecord[] {
    return [...this.groups.billing, ...this.scaleSets.billing];
  }

  /** Answers one request completely; never throws for what a client can cause. */
  handle(request: ArmRequest): ArmAnswer {
    const id = `00000000-0000-4000-8000-${(++this.#requests).toString(16).padStart(12, '0')}`;
    const answer = this.#answer(request);
    return { ...answer, headers: { 'x-ms-request-id': id, 'x-ms-correlation-request-id': id, ...answer.headers } };
  }

  #answer(request: ArmRequest): ArmAnswer {
    let limits: Record<string, string> = {};
    try {
      const { route, params } = find(request);
      authenticate(request);
      // The queries of the data planes are POSTs that change nothing.
      const kind = request.method === 'GET' || !route.arm ? 'reads' : 'writes';
      const rule = this.faults.strike(kind, request.path);
      if (rule?.fault === 'dropRequest') return { status: 0, headers: {}, dropped: true };
      if (route.arm) limits = this.#buckets.take(params['subscription'] ?? '', bucketOf(request.method));
      if (rule) refuse(rule, params['name'] ?? '');
      const answer = route.handle(this, params, request);
      const headers = { ...limits, ...answer.headers };
      return { ...answer, headers, ...(rule?.fault === 'dropAnswer' ? { dropped: true } : {}) };
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      const answer = error.answer();
      return { ...answer, headers: { ...limits, ...answer.headers } };
    }
  }
}

function bucketOf(method: string): BucketKind {
  if (method === 'GET') return 'reads';
  return method === 'DELETE' ? 'deletes' : 'writes';
}

/** Throws the error a rule asks for; a dropped answer is no error here. */
function refuse({ fault, retryAfter }: FaultRule, name: string): void {
  const later: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (fault === '429') throw tooMany('The request was throttled. Please try again later.', retryAfter ?? 5);
  if (fault === '409') throw transitioning(name);
  if (fault === '500') throw new ArmError(500, 'InternalServerError', 'Encountered internal server error.');
  if (fault === '503')
    throw new ArmError(503, 'ServerTimeout', 'The request timed out. Please try again later.', later);
}
