// A fleet of one workload that runs on a local Azure, and the real controller on it, to measure how soon dead replicas
// are found. A replica dies by the exit of its container: no list shows that, so nothing but a read by name, a poll that
// does not come or a probe that is not answered tells.

import { seenIn } from '../../shared/health/short-seen.ts';
import type { Context } from '../../shared/controller/context.ts';
import type { Evaluated } from '../../shared/controller/evaluate.ts';
import type { PlannerState } from '../../shared/controller/plan-types.ts';
import { groupName } from '../../shared/placement/names.ts';
import { TAGS } from '../../shared/placement/tags.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { Workload } from '../../shared/workload/workload.ts';
import type { AzureModel } from '../local/azure/azure.ts';
import type { ContainerGroup } from '../local/azure/container-group.ts';
import { groupType } from '../local/azure/container-groups.ts';
import type { SimulatedClock } from '../local/clock.ts';
import { seeded } from '../local/random.ts';
import { Queue } from '../local/servicebus/queue.ts';
import { ControllerLoop } from '../simulation/controller-loop.ts';
import { EVALUATIONS_QUEUE } from '../simulation/memory-evaluations.ts';
import { memoryPorts } from '../simulation/memory-ports.ts';
import { memoryStores } from '../simulation/memory-stores.ts';

/** By what a replica shows that it lives: nothing of its own, polls of the drain contract, or its own HTTP probe. */
export type Sign = 'arm' | 'poll' | 'probe';

export const deployment = {
  ownerId: 'bench',
  subscriptionId: '11111111-2222-4333-8444-555555555555',
  resourceGroup: 'rg',
  unattendedMinutes: 60,
};

export const PROBE_PORT = 18_080;
const POLL_MS = 20_000;
/** As many regions as keep the fleet within the create budget of one: 100 in five minutes. */
const PER_REGION = 100;

export const workloadOf = (size: number, sign: Sign): Workload => ({
  name: 'bench',
  revision: '0a1b2c3d',
  spec: {
    image: 'bench:1',
    environment: {},
    secureEnvironment: {},
    cpu: 1,
    memoryInGB: 1,
    restartPolicy: 'Always',
    ...(sign === 'probe' && { probe: { path: '/healthz', port: PROBE_PORT } }),
  },
  scaling: {
    mode: 'enforce',
    base: {
      mode: 'none',
      minInstances: 1,
      maxInstances: 1,
      replicasPerInstance: 1,
      growAfterSeconds: 60,
      scaleInDelaySeconds: 60,
    },
    burst: {
      lifecycle: 'create-delete',
      minGroups: size,
      maxGroups: size,
      // Of the regions that the fleet was put into, those that replacements may use: the quota of each costs a read.
      locations: ['region1', 'region2', 'region3'],
      scaleInDelaySeconds: 60,
    },
    target: { maxWaitSeconds: 30, messagesPerSecondPerReplica: 1, utilization: 0.8 },
    alertAddGroups: 0,
    drainTimeoutSeconds: 60,
    limits: { spendUsdPerDay: 1e6, spendUsdPerHour: 1e6, changesPerEvaluation: 50 },
    staleAfterSeconds: 60,
  },
});

/** Puts the groups of a workload into a model, as if an earlier evaluation had, and lets them start. */
export async function putFleet(model: AzureModel, clock: SimulatedClock, workload: Workload): Promise<void> {
  const { burst } = workload.scaling;
  for (let index = 0; index < burst.minGroups; index++) {
    const location = `region${Math.floor(index / PER_REGION) + 1}`;
    const name = groupName(deployment.ownerId, workload, location, index + 1);
    const { subscriptionId: subscription, resourceGroup } = deployment;
    model.groups.put({ subscription, resourceGroup, type: groupType, name }, bodyOf(workload, location, index + 1));
  }
  await clock.advance(150_000);
}

const bodyOf = (workload: Workload, location: string, ordinal: number): object => ({
  location,
  tags: {
    [TAGS.owner]: deployment.ownerId,
    [TAGS.workload]: workload.name,
    [TAGS.revision]: workload.revision,
    [TAGS.ordinal]: String(ordinal),
  },
  properties: {
    osType: 'Linux',
    ipAddress: { type: 'Private', ports: [{ port: PROBE_PORT }] },
    containers: [
      { name: 'main', properties: { image: 'bench:1', resources: { requests: { cpu: 1, memoryInGB: 1 } } } },
    ],
  },
});

export interface Measured {
  /** Seconds from death to the evaluation that knows of it, ascending; as many as were killed. */
  seconds: number[];
  undetected: number;
  /** Calls to Resource Manager a minute. */
  readsPerMinute: number;
  /** Real milliseconds of each evaluation, ascending. */
  evaluationMs: number[];
  /** Characters of the planner state as JSON, in KB. */
  stateKB: number;
}

export interface FleetOptions {
  clock: SimulatedClock;
  model: AzureModel;
  workload: Workload;
  sign: Sign;
  kills: number;
  /** Ports that are real; the rest is in memory. */
  real?: Partial<Ports>;
}

/** Kills one replica after another at random, and waits until the last is found or twice the bound is over. */
export async function measure(options: FleetOptions, boundSeconds: number): Promise<Measured> {
  const { clock, model, workload, sign, kills } = options;
  const random = seeded(11);
  const killed = new Map<string, number>();
  const found: number[] = [];
  const alive = (): ContainerGroup[] => model.groups.all().filter((group) => group.running);
  const watched = watch(options, (state) => {
    for (const [name, at] of killed) {
      if (seenIn(state)[name]?.health === 'serving') continue;
      killed.delete(name);
      found.push((clock.now() - at) / 1000);
    }
  });
  if (sign === 'poll') for (const group of alive()) poll(clock, random.next() * POLL_MS, group, watched.beat);
  // The controller gets to know a fleet that it has not seen; what it costs to do so is not measured.
  await clock.advance(Math.max(120, boundSeconds * 1.5) * 1000);
  if (alive().length !== workload.scaling.burst.minGroups) throw new Error('The fleet did not stay as it was.');
  watched.reset();
  const from = clock.now();
  for (let index = 0; index < kills; index++) {
    await clock.advance(2_000 + random.next() * 6_000);
    const victims = alive();
    const victim = victims[Math.floor(random.next() * victims.length)];
    if (!victim) break;
    killed.set(victim.id.name, clock.now());
    victim.exit(137);
  }
  for (const end = clock.now() + boundSeconds * 2_000; killed.size > 0 && clock.now() < end;)
    await clock.advance(1_000);
  watched.stop();
  const minutes = (clock.now() - from) / 60_000;
  return {
    seconds: found.toSorted((a, b) => a - b),
    undetected: killed.size,
    readsPerMinute: watched.reads() / minutes,
    evaluationMs: watched.durations().toSorted((a, b) => a - b),
    stateKB: watched.stateKB(),
  };
}

function poll(clock: SimulatedClock, first: number, group: ContainerGroup, beat: (name: string) => void): void {
  clock.at(clock.now() + first, () => {
    if (!group.running) return;
    beat(group.id.name);
    poll(clock, POLL_MS, group, beat);
  });
}

/** The controller on the fleet; `onState` is called with the state of each evaluation. */
function watch({ clock, model, workload, real }: FleetOptions, onState: (state: PlannerState) => void) {
  const evaluations = new Queue(EVALUATIONS_QUEUE, clock);
  const stores = memoryStores();
  const ports: Ports = {
    ...memoryPorts({ clock, model, deployment, queues: new Map(), evaluations, stores }),
    ...real,
  };
  let [reads, begun, kilobytes] = [0, 0, 0];
  let durations: number[] = [];
  let readsLeft: number | undefined;
  const handle = model.handle.bind(model);
  model.handle = (request) => {
    if (request.method === 'GET') reads++;
    const answer = handle(request);
    const left = answer.headers['x-ms-ratelimit-remaining-subscription-reads'];
    if (left !== undefined) readsLeft = Number(left);
    return answer;
  };
  ports.armLimits = { readsLeft: async () => readsLeft };
  ports.planner = {
    load(name) {
      begun = performance.now();
      return stores.planner.load(name);
    },
    save(name, state, etag) {
      durations.push(performance.now() - begun);
      kilobytes = JSON.stringify(state).length / 1024;
      onState(state);
      return stores.planner.save(name, state, etag);
    },
  };
  const quiet = (): void => {};
  const context: Context = {
    ports,
    deployment,
    workloads: [workload],
    declared: [workload.name],
    secrets: () => ({}),
    replicas: { easyAuth: false },
    log: { info: quiet, warn: quiet },
  };
  // The controller would only try again: a benchmark must not measure that.
  const onEvaluated = (evaluated: Evaluated): void => {
    if (evaluated.status === 'failed') throw new Error(evaluated.failure.message);
  };
  const loop = new ControllerLoop({ clock, evaluations, context, onEvaluated });
  loop.start();
  return {
    beat: (replica: string): void => void stores.controls.beat(workload.name, { replica, busy: true, at: clock.now() }),
    reads: () => reads,
    durations: () => durations,
    stateKB: () => kilobytes,
    reset: () => {
      reads = 0;
      durations = [];
    },
    stop: () => {
      loop.stop();
      model.handle = handle;
    },
  };
}
