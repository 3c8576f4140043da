import type { Kind } from '../workload/kinds.ts';
import type { Deployment } from '../workload/workload.ts';

/** What belongs to the deployment, with where its parts are reached. */
export interface DeploymentSettings extends Deployment {
  /** The deployment's own region. */
  location?: string | undefined;
  workloadsFolder: string;
  evaluationsQueue: string;
  armEndpoint: string;
  /** With `{region}` in place of the region. */
  metricsEndpoint: string;
  logsEndpoint: string;
  /** The namespace of the workloads' queues; without it no minute metrics are read. */
  serviceBusResourceId?: string | undefined;
  /** The region of that namespace, when it is not `location`. */
  serviceBusLocation?: string | undefined;
  /** Address of this app as replicas reach it. */
  replicaUrl?: string | undefined;
  /** Secret from which the tokens of replicas derive. */
  replicaKey?: string | undefined;
}

/** One app setting. */
export interface Setting<T = unknown> {
  /** Name of the app setting. */
  name: string;
  /**
   * - `workload`: one general value, and for each workload an own value under `<name>_FOR_<WORKLOAD>` that replaces it.
   * - `deployment`: one value.
   * - `foreign`: belongs to Azure; read by its software, only documented here.
   */
  scope: 'workload' | 'deployment' | 'foreign';
  /** Where the value goes in `Scaling` or `DeploymentSettings`; absent when only bindings of triggers read it. */
  path?: string;
  kind: Kind<T>;
  unit?: string;
  /** As text, just as a user would write it. Without it an empty value means "none". */
  default?: string;
  /** What stands for the default in the docs when it is not one value. */
  defaultText?: string;
  required?: true;
  /** Read by a binding of a trigger, and bindings have no default: the app setting must be there. */
  binding?: true;
  /** Foreign app setting that is read while this one is empty. */
  fallback?: string;
  secret?: true;
  /** One line. */
  help: string;
  rank: 'first' | 'advanced';
  /** Value in local.settings.sample.json, when it is not the default. */
  sample?: string;
}

/** Name of the app setting with a workload's own value: `SPILLWAY_MODE_FOR_ORDER_EMAILS`. */
export const nameFor = (setting: string, workload: string): string =>
  `${setting}_FOR_${workload.toUpperCase().replaceAll('-', '_')}`;
