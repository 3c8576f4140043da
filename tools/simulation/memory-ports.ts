// Every port in memory, on a model of Azure and models of queues: the real controller runs on them without any server.
// They mean the same as the adapters of shared/azure; the contract suites of the ports run on both.

import { AzureNetworks } from '../../shared/azure/networks.ts';
import { AzureStandbyPools } from '../../shared/azure/standby-pools.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { Deployment } from '../../shared/workload/workload.ts';
import type { AzureModel } from '../local/azure/azure.ts';
import type { Clock } from '../local/clock.ts';
import type { Queue } from '../local/servicebus/queue.ts';
import { armClient } from './arm-client.ts';
import { memoryLogQueries, memoryQueueDepths, memoryQueueMetrics } from './memory-demand.ts';
import { memoryDiscovery } from './memory-discovery.ts';
import { memoryEvaluations } from './memory-evaluations.ts';
import { memoryGroups } from './memory-groups.ts';
import { memorySignals } from './memory-signals.ts';
import { memoryScaleSets } from './memory-scale-sets.ts';
import { MODEL_ENDPOINT, modelSender } from './model-sender.ts';
import { memoryStores, type MemoryStores } from './memory-stores.ts';

/**
 * Where every port call passes: `run` makes it. A simulation may do so later, not at all, or throw in place of the
 * answer. Not called for the clock.
 */
export type Intercept = <T>(
  port: Exclude<keyof Ports, 'clock'>,
  method: string,
  run: () => Promise<T>,
  args: readonly unknown[],
) => Promise<T>;

export interface MemoryOptions {
  clock: Clock;
  model: Pick<AzureModel, 'handle'>;
  deployment: Pick<Deployment, 'ownerId' | 'subscriptionId' | 'moreSubscriptions' | 'resourceGroup'>;
  /** What workloads may name: queues by `queueKey`, other sources as memory-signals.ts says. */
  queues: ReadonlyMap<string, Pick<Queue, 'counts'>>;
  /** Whether the queue of evaluations is in the namespace of the others. */
  oneNamespace?: boolean | undefined;
  /** A queue made with `EVALUATIONS_QUEUE`, which `ControllerLoop` serves. */
  evaluations: Queue;
  /** Default: empty ones. */
  stores?: MemoryStores | undefined;
  /** Default: calls are just made. */
  intercept?: Intercept | undefined;
}

export function memoryPorts(options: MemoryOptions): Ports {
  const { clock, model, deployment, queues, evaluations, intercept, stores = memoryStores(), oneNamespace } = options;
  const arm = armClient(model);
  const { planner, pools, alerts, hints, history, controls, configs, ledger, registry, rollouts } = stores;
  const queueDepths = memoryQueueDepths(clock, queues, oneNamespace ? [evaluations] : []);
  const logQueries = memoryLogQueries(arm);
  const { subscriptionId } = deployment;
  // Adapters that send raw requests are the real ones, as plain members: only those are intercepted.
  const networks = new AzureNetworks(modelSender(model), MODEL_ENDPOINT);
  const standbyPools = new AzureStandbyPools(modelSender(model), MODEL_ENDPOINT);
  const ports: Ports = {
    clock,
    containerGroups: memoryGroups(arm, deployment),
    scaleSets: memoryScaleSets(arm),
    queueDepths,
    queueMetrics: memoryQueueMetrics(arm, clock, subscriptionId),
    logQueries,
    signals: memorySignals(arm, { clock, queues, subscriptionId, queueDepths, logQueries }),
    evaluations: memoryEvaluations(evaluations),
    planner,
    pools,
    alerts,
    hints,
    history,
    controls,
    configs,
    ledger,
    rollouts,
    // Models of replicas poll; a test that has replicas with a hook brings its own.
    hooks: { drain: async () => 'unheard' },
    probes: { probe: async () => 'unreachable' },
    ...memoryDiscovery(arm),
    registry,
    armLimits: { readsLeft: async () => undefined },
    networks: {
      subnet: (id) => networks.subnet(id),
      missingRights: (scope, actions) => networks.missingRights(scope, actions),
      release: (id) => networks.release(id),
    },
    standbyPools: { read: (id) => standbyPools.read(id) },
  };
  return intercept ? intercepted(ports, intercept) : ports;
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** The same ports with every call passing `intercept`. In plain loops: each evaluation of a simulation has its own. */
export function intercepted(ports: Ports, intercept: Intercept): Ports {
  const through: Record<string, unknown> = { clock: ports.clock };
  for (const port in ports) {
    if (port === 'clock') continue;
    const name = port as Exclude<keyof Ports, 'clock'>;
    const methods = ports[name] as unknown as Record<string, Method>;
    const wrapped: Record<string, Method> = {};
    for (const method in methods) {
      const call = methods[method];
      if (call) wrapped[method] = (...args) => intercept(name, method, () => call(...args), args);
    }
    through[port] = wrapped;
  }
  return through as unknown as Ports;
}
