// What a seed's world consists of: which workloads are declared, how they scale, what load they get and how their
// replicas behave. Small on purpose: at most three workloads and sixty groups, and often no burst at all.

import type { Scaling, Workload } from '../../../shared/workload/workload.ts';
import { scaleSetType } from '../../local/azure/scale-sets.ts';
import type { ScaleSetDeclaration } from '../../local/azure/scale-set.ts';
import type { StandbyPoolDeclaration } from '../../local/azure/standby-pools.ts';
import type { Quota } from '../../local/azure/world.ts';
import type { Random } from '../../local/random.ts';
import { loadOf, SHAPES, type Rate } from './load-shape.ts';
import type { PlannedHint } from './signals.ts';

export const SUBSCRIPTION = '11111111-2222-4333-8444-555555555555';
export const RESOURCE_GROUP = 'rg';
export const OWNER = 'simulation';
export const REGIONS = ['westeurope', 'northeurope', 'swedencentral'] as const;
/** Value of each workload's secret environment variable: it must not show up anywhere. */
export const SECRET = 'open-sesame';

export interface DeclaredWorkload {
  workload: Workload;
  rate: Rate;
  /** Messages per second of one replica, which the user's setting only guesses. */
  perReplica: number;
  longestWork: number;
  /** Longest life of a replica that ends by itself, seconds; undefined for one that does not. */
  longestLife?: number | undefined;
  /** Groups made beforehand, for the lifecycle start-stop. */
  madeBefore: number;
  set?: ScaleSetDeclaration | undefined;
  /** That its groups are taken from. */
  pool?: StandbyPoolDeclaration | undefined;
  /** Whether an Azure autoscale setting targets the scale set, so that it must not be managed. */
  autoscaled: boolean;
  /** What somebody says of the load to come. */
  hints?: PlannedHint[] | undefined;
}

export interface Declaration {
  workloads: DeclaredWorkload[];
  unattendedMinutes: number;
  quota: Record<string, Partial<Quota>>;
}

export interface Span {
  from: number;
  quietFrom: number;
}

export function declare(random: Random, span: Span): Declaration {
  const count = pick(random, [1, 1, 1, 2, 2, 3]);
  const quota = Object.fromEntries(
    REGIONS.map((region) => [region, { groups: whole(random, 8, 60), cores: whole(random, 8, 100) }]),
  );
  return {
    workloads: Array.from({ length: count }, (_, index) => declareOne(random, span, index, count)),
    unattendedMinutes: pick(random, [15, 30, 60]),
    quota: random.next() < 0.3 ? quota : {},
  };
}

function declareOne(random: Random, span: Span, index: number, count: number): DeclaredWorkload {
  const name = ['orders', 'mails', 'images'][index] ?? 'extra';
  const baseMode = pick(random, ['none', 'none', 'observe', 'manage'] as const);
  const regions = whole(random, 0, 2);
  const locations = [
    REGIONS[regions] ?? 'westeurope',
    ...(random.next() < 0.6 ? [REGIONS[(regions + 1) % 3] ?? ''] : []),
  ];
  // With the overlap of a quarter at most sixty groups in all; rather few, because what goes wrong shows with three groups
  // as well, and small worlds let more seeds be tried.
  const maxGroups = Math.min(whole(random, 2, Math.floor(40 / count)), whole(random, 2, Math.floor(40 / count)));
  const set = baseMode === 'none' ? undefined : scaleSet(random, name, REGIONS[regions] ?? 'westeurope');
  const scaling = withForecast(scalingOf(random, { name, baseMode, locations, maxGroups, set }));
  const perReplica = scaling.target.messagesPerSecondPerReplica * pick(random, [0.6, 1, 1, 1.7]);
  const base = baseMode === 'none' ? 0 : scaling.base.replicasPerInstance * (set?.capacity ?? 0);
  const peak = perReplica * (base + maxGroups * (0.2 + 0.9 * random.next()));
  // Half of the worlds come to rest at a load that the base, or nothing, carries. The others keep at least one replica at
  // work: with less, scaling to nothing and back is what was asked for, and no rest.
  const rest = random.next() < 0.5 ? base * perReplica * 0.4 : Math.max(perReplica, peak * (0.3 + 0.5 * random.next()));
  const rate = loadOf(pick(random, SHAPES), random, { ...span, peak, rest });
  const drained = scaling.drain !== 'none';
  const oneShot = baseMode === 'none' && random.next() < 0.15;
  return {
    workload: { name, revision: `${index}a1b2c3d`, spec: specOf(random, oneShot), scaling },
    rate,
    perReplica,
    longestWork: drained ? pick(random, [2, 20, 20, 200]) : 2,
    longestLife: oneShot ? pick(random, [120, 600]) : undefined,
    madeBefore: scaling.burst.lifecycle === 'start-stop' ? whole(random, 1, maxGroups) : 0,
    set,
    autoscaled: random.next() < 0.1,
  };
}

const specOf = (random: Random, oneShot: boolean): Workload['spec'] => ({
  image: 'contoso.azurecr.io/worker:1',
  environment: {},
  secureEnvironment: { KEY: 'SETTING' },
  cpu: pick(random, [1, 1, 2]),
  memoryInGB: 2,
  restartPolicy: oneShot ? 'Never' : 'Always',
});

interface Chosen {
  name: string;
  baseMode: Scaling['base']['mode'];
  locations: string[];
  maxGroups: number;
  set: ScaleSetDeclaration | undefined;
}

const WORTH: Record<number, number> = { 30: 600, 60: 300, 180: 0 };
const FORECASTS = ['off', 'shadow', 'on'] as const;

/** By what was drawn already: another draw would make another world of each seed. */
const withForecast = (scaling: Scaling): Scaling => ({
  ...scaling,
  burst: { ...scaling.burst, returnWorthSeconds: WORTH[scaling.burst.scaleInDelaySeconds] },
  forecast: FORECASTS[scaling.alertAddGroups % FORECASTS.length],
});

function scalingOf(random: Random, { name, baseMode, locations, maxGroups, set }: Chosen): Scaling {
  const { subscription, resourceGroup, type } = set?.id ?? {};
  const scaleSetPath = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/${type}/${set?.id.name}`;
  return {
    mode: pick(random, [...Array.from({ length: 18 }, () => 'enforce' as const), 'dry-run', 'off']),
    ...(random.next() < 0.95 && { queue: { namespace: 'bus', queue: name } }),
    ...(random.next() < 0.1 && { logQuery: { workspaceId: 'logs', query: name } }),
    base: {
      mode: baseMode,
      ...(set && { scaleSet: scaleSetPath }),
      minInstances: 1,
      maxInstances: 5,
      replicasPerInstance: whole(random, 1, 4),
      growAfterSeconds: pick(random, [60, 90, 300]),
      scaleInDelaySeconds: pick(random, [120, 300]),
    },
    burst: {
      lifecycle: random.next() < 0.2 ? 'start-stop' : 'create-delete',
      minGroups: random.next() < 0.1 ? Math.min(2, maxGroups) : 0,
      maxGroups,
      locations,
      scaleInDelaySeconds: pick(random, [20, 60, 180]),
    },
    target: {
      maxWaitSeconds: pick(random, [15, 30, 60]),
      messagesPerSecondPerReplica: pick(random, [0.2, 0.5, 1]),
      utilization: pick(random, [0.7, 0.8, 0.9]),
    },
    alertAddGroups: whole(random, 1, 3),
    priority: whole(random, 0, 2),
    ...(random.next() < 0.3 && { failoverOverlapPercent: pick(random, [0, 50]) }),
    ...(random.next() < 0.25 && { placement: placementOf(random) }),
    drain: random.next() < 0.75 ? 'poll' : 'none',
    drainTimeoutSeconds: pick(random, [30, 60, 120]),
    limits: {
      spendUsdPerDay: pick(random, [0.5, 5, 100, 100]),
      spendUsdPerHour: pick(random, [0.5, 2, 100, 100]),
      changesPerEvaluation: pick(random, [3, 20, 50]),
    },
    staleAfterSeconds: pick(random, [30, 60]),
  };
}

/** At most so many in one region, or a smaller size where the declared one finds no place. */
const placementOf = (random: Random): NonNullable<Scaling['placement']> => ({
  apart: random.next() < 0.7 ? [{ scope: 'region', most: whole(random, 1, 5), hard: random.next() < 0.5 }] : [],
  replicasPerGroup: 1,
  sizes: random.next() < 0.5 ? [{ cpu: 1, memoryInGB: 1 }] : [],
});

const scaleSet = (random: Random, name: string, location: string): ScaleSetDeclaration => ({
  id: { subscription: SUBSCRIPTION, resourceGroup: RESOURCE_GROUP, type: scaleSetType, name: `${name}-base` },
  location,
  capacity: whole(random, 1, 3),
  mode: pick(random, ['Uniform', 'Flexible']),
});

export const pick = <T>(random: Random, choices: readonly T[]): T =>
  choices[Math.floor(random.next() * choices.length)] as T;

/** A whole number from `least` to `most`, both included. */
export const whole = (random: Random, least: number, most: number): number =>
  least + Math.floor(random.next() * (most - least + 1));
