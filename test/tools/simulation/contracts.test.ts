import { EVALUATIONS_QUEUE } from '../../../tools/simulation/memory-evaluations.ts';
import { memoryPorts } from '../../../tools/simulation/memory-ports.ts';
import { memoryStores } from '../../../tools/simulation/memory-stores.ts';
import { AzureModel, type AzureOptions } from '../../../tools/local/azure/azure.ts';
import { SimulatedClock } from '../../../tools/local/clock.ts';
import { Queue } from '../../../tools/local/servicebus/queue.ts';
import { alertStoreContract } from '../../contracts/alert-store.ts';
import { configStoreContract } from '../../contracts/config-store.ts';
import { containerGroupsContract } from '../../contracts/container-groups.ts';
import { controlsContract } from '../../contracts/controls.ts';
import { discoveryContract, DISCOVERY_WORLD, registryContract } from '../../contracts/discovery.ts';
import { hintStoreContract } from '../../contracts/hint-store.ts';
import { historyContract } from '../../contracts/history.ts';
import { ledgerContract } from '../../contracts/ledger.ts';
import { plannerStoreContract } from '../../contracts/planner-store.ts';
import { poolsContract } from '../../contracts/pools.ts';
import { rolloutsContract } from '../../contracts/rollouts.ts';
import { scaleSetsContract } from '../../contracts/scale-sets.ts';
import { standbyPoolsContract } from '../../contracts/standby-pools.ts';
import { SIGNAL_QUEUES, signalLogs, signalMetrics, signalsContract } from '../../contracts/signals.ts';
import { begin, scaleSetId, subscription } from '../../support/azure-samples.ts';
import { standbyPoolOf } from '../../support/standby-pools.ts';

const OWNER = 'deployment-1';
const SET = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web`;

function start(
  world: Partial<AzureOptions> = {},
  queues = new Map<string, Queue>(),
  clock = new SimulatedClock(begin),
) {
  const model = new AzureModel({ clock, seed: 1, ...world });
  const ports = memoryPorts({
    clock,
    model,
    deployment: { ownerId: OWNER, subscriptionId: subscription, resourceGroup: 'rg' },
    queues,
    evaluations: new Queue(EVALUATIONS_QUEUE, clock),
    // Every call passes the seam, so that the seam is part of what is tested.
    intercept: (_port, _method, run) => run(),
  });
  return { ports, model, advance: (milliseconds: number) => clock.advance(milliseconds), close: async () => {} };
}

containerGroupsContract('memory', async ({ groupLimit }) => {
  const { ports, ...world } = start({ quota: { eastus: { groups: groupLimit } } });
  return { groups: ports.containerGroups, ownerId: OWNER, ...world };
});

standbyPoolsContract('memory', async () => {
  const { ports, model, ...world } = start({ standbyPools: [standbyPoolOf(2)] });
  const degrade = (message: string): void => void (model.standbyPools.degraded = message);
  return { pools: ports.standbyPools, groups: ports.containerGroups, ownerId: OWNER, degrade, ...world };
});

const setting = (name: string, enabled?: boolean): object => ({
  name,
  properties: { enabled, targetResourceUri: SET.toUpperCase(), profiles: [] },
});

for (const mode of ['Uniform', 'Flexible'] as const) {
  scaleSetsContract('memory', mode, async () => {
    const { ports, ...world } = start({
      scaleSets: [{ id: scaleSetId('web'), location: 'eastus', capacity: 2, mode }],
      autoscaleSettings: [setting('on', true), setting('off', false), setting('mute')],
    });
    return { sets: ports.scaleSets, id: SET, ...world };
  });
}

plannerStoreContract('memory', async () => {
  const { planner, losePlannerState } = memoryStores();
  return { store: planner, wipe: async () => losePlannerState() };
});
poolsContract('memory', async () => start().ports.pools);
alertStoreContract('memory', async () => start().ports.alerts);
hintStoreContract('memory', async () => start().ports.hints);
historyContract('memory', async () => start().ports.history);
controlsContract('memory', async () => start().ports.controls);
configStoreContract('memory', async () => start().ports.configs);
ledgerContract('memory', async () => start().ports.ledger);
registryContract('memory', async () => start().ports.registry);

discoveryContract('memory', async () => {
  const { ports, model, ...world } = start(DISCOVERY_WORLD);
  const { recordSets, backendPools, instanceAddresses } = ports;
  const instances = (set: string): string[] => [...model.scaleSets.find(scaleSetId(set)).instances.keys()];
  return { recordSets, backendPools, instanceAddresses, instances, ...world };
});

signalsContract('memory', async () => {
  const clock = new SimulatedClock(begin);
  const files = new Queue({ name: 'files' }, clock);
  files.send({ body: 1 }, { body: 2 }, { body: 3 }, { body: 4 });
  const [orders, audit] = SIGNAL_QUEUES.map((options) => new Queue(options, clock)) as [Queue, Queue];
  const address = 'https://contoso.queue.core.windows.net';
  const queues = new Map([
    ['bus/orders', orders],
    ['bus/news/audit', audit],
    [`${address}/files`, files],
  ]);
  const { ports, advance, close } = start({ metrics: signalMetrics, logs: signalLogs }, queues, clock);
  return {
    signals: ports.signals,
    namespace: 'bus',
    storageQueue: `${address}/files`,
    noStorageQueue: `${address}/nowhere`,
    queue: (name) => (name === 'orders' ? orders : audit),
    now: () => clock.now(),
    advance,
    close,
  };
});
rolloutsContract('memory', async () => start().ports.rollouts);
