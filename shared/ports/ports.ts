import type { ArmLimits } from './arm-limits.ts';
import type { Clock } from './clock.ts';
import type { ContainerGroups } from './container-groups.ts';
import type { LogQueries, QueueDepths, QueueMetrics } from './demand.ts';
import type { BackendPools, InstanceAddresses, RecordSets, Registry } from './discovery.ts';
import type { Evaluations } from './evaluations.ts';
import type { Hooks } from './hooks.ts';
import type { Probes } from './probes.ts';
import type { Networks } from './networks.ts';
import type { Pools } from './pools.ts';
import type { Rollouts } from './rollouts.ts';
import type { ScaleSets } from './scale-sets.ts';
import type { Signals } from './signals.ts';
import type { StandbyPools } from './standby-pools.ts';
import type { AlertStore, ConfigStore, Controls, HintStore, History, Ledger, PlannerStore } from './stores.ts';

/** Everything an evaluation, a trigger or the sweeper may touch outside its own arguments. */
export interface Ports {
  clock: Clock;
  containerGroups: ContainerGroups;
  scaleSets: ScaleSets;
  queueDepths: QueueDepths;
  queueMetrics: QueueMetrics;
  logQueries: LogQueries;
  signals: Signals;
  evaluations: Evaluations;
  planner: PlannerStore;
  pools: Pools;
  alerts: AlertStore;
  hints: HintStore;
  history: History;
  controls: Controls;
  configs: ConfigStore;
  ledger: Ledger;
  rollouts: Rollouts;
  hooks: Hooks;
  probes: Probes;
  armLimits: ArmLimits;
  recordSets: RecordSets;
  backendPools: BackendPools;
  instanceAddresses: InstanceAddresses;
  registry: Registry;
  networks: Networks;
  standbyPools: StandbyPools;
}
