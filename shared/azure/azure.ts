// All adapters, wired: the one place that makes SDK clients.

import { ComputeManagementClient } from '@azure/arm-compute';
import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import { PrivateDnsManagementClient } from '@azure/arm-privatedns';
import type { TokenCredential } from '@azure/core-auth';
import { LogsQueryClient } from '@azure/monitor-query-logs';
import { MetricsClient } from '@azure/monitor-query-metrics';
import type { Clock } from '../ports/clock.ts';
import type { Ports } from '../ports/ports.ts';
import { AzureBackendPools } from './app-gateway.ts';
import { armCalls } from './calls.ts';
import { openBlobs, openServiceBus, openTable, type Env } from './connections.ts';
import { AzureContainerGroups } from './container-groups.ts';
import { azureCredential } from './credential.ts';
import { AzureEvaluations } from './evaluations.ts';
import { BlobLedger } from './ledger.ts';
import { HttpHooks } from './http-hooks.ts';
import { HttpProbes } from './http-probe.ts';
import { AzureInstanceAddresses } from './instance-addresses.ts';
import { AzureLogQueries } from './log-queries.ts';
import { AzureRecordSets } from './private-dns.ts';
import { AzureQueueDepths } from './queue-depths.ts';
import { AzureQueueMetrics } from './queue-metrics.ts';
import { AzureNetworks } from './networks.ts';
import { BlobRollouts } from './rollouts.ts';
import { AzureScaleSets } from './scale-sets.ts';
import { AzureStandbyPools } from './standby-pools.ts';
import { MetricValues } from './sources/metric-values.ts';
import { OldestMessages } from './sources/oldest-messages.ts';
import { AzureSignals } from './sources/signals.ts';
import { StorageQueues } from './sources/storage-queues.ts';
import { Subscriptions } from './sources/subscriptions.ts';
import { TableAlertStore } from './tables/alert-store.ts';
import { TableHintStore } from './tables/hint-store.ts';
import { TableConfigStore } from './tables/config-store.ts';
import { TableControls } from './tables/controls.ts';
import { TableHistory } from './tables/history.ts';
import { TablePools } from './tables/pools.ts';
import { TablePlannerStore } from './tables/planner-store.ts';
import { TableRegistry } from './tables/registry.ts';
import { Table, TABLES } from './tables/table.ts';

export interface AzureOptions {
  clock: Clock;
  /** App settings, for the connections of the Functions convention and the identity. */
  env: Env;
  subscriptionId: string;
  /** Others that hold container groups, too. */
  moreSubscriptions?: string[] | undefined;
  resourceGroup: string;
  ownerId: string;
  /** The deployment's region: metrics are asked for there. Without it no minute metrics are read. */
  location?: string | undefined;
  /** E.g. `https://management.azure.com`. */
  armEndpoint: string;
  /** `{region}` stands for the location, e.g. `https://{region}.metrics.monitor.azure.com`. */
  metricsEndpoint: string;
  /** E.g. `https://api.loganalytics.azure.com`. */
  logsEndpoint: string;
  /** Name of the connection (an app setting or a group of them) of the evaluations queue. */
  serviceBusConnection: string;
  evaluationsQueue: string;
  /** Resource id of the Service Bus namespace of the queues; without it no minute metrics are read. */
  serviceBusResourceId?: string | undefined;
  /** Region of that namespace, when it is not `location`. */
  serviceBusLocation?: string | undefined;
  /** Default: the managed identity where there is one, else what a developer is signed in with. */
  credential?: TokenCredential | undefined;
}

export interface Azure {
  ports: Ports;
  /** Calls to Azure Resource Manager and Azure Monitor so far, by HTTP method. */
  callCounts: () => Record<string, number>;
  /** Closes the connection to Service Bus. */
  close: () => Promise<void>;
}

/** Builds every port on Azure. Nothing is sent before the first call. Throws when a connection setting is missing. */
export function connectAzure(options: AzureOptions): Azure {
  const { env, clock } = options;
  const credential = options.credential ?? azureCredential(env);
  const serviceBus = openServiceBus(env, credential, options.serviceBusConnection);
  const table = (name: string): Table => new Table(openTable(env, credential, name));
  const blobs = openBlobs(env, credential);
  const { arm, metricValues, callCounts } = armPorts(options, credential);
  const queueDepths = new AzureQueueDepths(credential, clock);
  const signals = new AzureSignals({
    clock,
    queueDepths,
    logQueries: arm.logQueries,
    subscriptions: new Subscriptions(credential),
    storageQueues: new StorageQueues(credential, clock),
    metricValues,
    oldestMessages: new OldestMessages(serviceBus, clock),
  });
  return {
    ports: {
      ...arm,
      clock,
      queueDepths,
      signals,
      hints: new TableHintStore(table(TABLES.hints)),
      evaluations: new AzureEvaluations(serviceBus, options.evaluationsQueue),
      planner: new TablePlannerStore(table(TABLES.state)),
      pools: new TablePools(table(TABLES.pools)),
      registry: new TableRegistry(table(TABLES.registry)),
      alerts: new TableAlertStore(table(TABLES.alerts)),
      history: new TableHistory(table(TABLES.history)),
      controls: new TableControls(table(TABLES.controls)),
      configs: new TableConfigStore(table(TABLES.configs)),
      ledger: new BlobLedger(blobs),
      rollouts: new BlobRollouts(blobs),
      hooks: new HttpHooks(),
      probes: new HttpProbes(),
    },
    callCounts,
    close: () => serviceBus.close(),
  };
}

// Tokens are for public Azure, wherever the endpoints are: the local ones take any.
const SCOPE = 'https://management.azure.com/.default';
const METRICS_SCOPE = 'https://metrics.monitor.azure.com/.default';

/** One client for each subscription or region, made when it is first asked for. */
function perKey<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const client = known.get(key) ?? make(key);
    known.set(key, client);
    return client;
  };
}

type ArmPorts = Pick<
  Ports,
  | 'armLimits'
  | 'networks'
  | 'standbyPools'
  | 'containerGroups'
  | 'scaleSets'
  | 'queueMetrics'
  | 'logQueries'
  | 'recordSets'
  | 'backendPools'
  | 'instanceAddresses'
>;

function armPorts(
  options: AzureOptions,
  credential: TokenCredential,
): { arm: ArmPorts; metricValues: MetricValues; callCounts: () => Record<string, number> } {
  const calls = armCalls();
  const arm = { ...calls.options, endpoint: options.armEndpoint };
  const groups = perKey(
    (id) => new ContainerInstanceManagementClient(credential, id, { ...arm, credentialScopes: SCOPE }),
  );
  const compute = perKey(
    (id) => new ComputeManagementClient(credential, id, { ...arm, credentials: { scopes: [SCOPE] } }),
  );
  const dns = perKey(
    (id) => new PrivateDnsManagementClient(credential, id, { ...arm, credentials: { scopes: [SCOPE] } }),
  );
  const own = groups(options.subscriptionId);
  const { location, serviceBusResourceId, serviceBusLocation = location, armEndpoint } = options;
  const metricsOf = perKey(
    (region: string) =>
      new MetricsClient(options.metricsEndpoint.replace('{region}', region), credential, {
        ...calls.options,
        // The client takes its audience as a scope.
        audience: METRICS_SCOPE,
      }),
  );
  const home = location ?? '';
  // An endpoint of one's own must name the version, too.
  const logs = new LogsQueryClient(credential, { ...calls.options, endpoint: `${options.logsEndpoint}/v1` });
  return {
    arm: {
      armLimits: { readsLeft: async () => calls.readsLeft() },
      containerGroups: new AzureContainerGroups(groups, options),
      networks: new AzureNetworks(own, armEndpoint),
      standbyPools: new AzureStandbyPools(own, armEndpoint),
      scaleSets: new AzureScaleSets({ compute, arm: own, armEndpoint }),
      recordSets: new AzureRecordSets(dns),
      backendPools: new AzureBackendPools({ arm: own, armEndpoint }),
      instanceAddresses: new AzureInstanceAddresses(own, armEndpoint),
      queueMetrics: new AzureQueueMetrics(
        metricsOf(serviceBusLocation ?? ''),
        serviceBusLocation && serviceBusResourceId,
        options.clock,
      ),
      logQueries: new AzureLogQueries(logs),
    },
    metricValues: new MetricValues((region) => metricsOf(region ?? home), options.clock),
    callCounts: calls.counts,
  };
}
