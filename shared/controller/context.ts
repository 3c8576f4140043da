import type { Ports } from '../ports/ports.ts';
import type { Log } from '../telemetry/log.ts';
import type { ReplicaAccess } from '../workload/replica-access.ts';
import type { Deployment, Workload, WorkloadSpec } from '../workload/workload.ts';

/** What every use case of the controller is given: the outside, the declared workloads and the log. */
export interface Context {
  ports: Ports;
  deployment: Deployment;
  /** Workloads that run, each on its newest valid configuration. */
  workloads: Workload[];
  /** Names of all declared workloads, those included that cannot run for want of a valid configuration. */
  declared: string[];
  /** Values of all secrets of the workload, by the name of their app setting. */
  secrets(spec: WorkloadSpec): Record<string, string>;
  /** How replicas reach Spillway and prove who they are. */
  replicas: ReplicaAccess;
  log: Log;
}
