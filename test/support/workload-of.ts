// The workload of planner tests, with anything changed.

import type { Scaling, Workload } from '../../shared/workload/workload.ts';
import { subscription } from './azure-samples.ts';

/** A change: any members, at any depth. */
export type Partly<T> = T extends unknown[]
  ? T
  : { [K in keyof T]?: T[K] extends object | undefined ? Partly<NonNullable<T[K]>> | undefined : T[K] };

export const OWNER = 'deployment-1';
export const SCALE_SET = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/orders-base`;

const SCALING: Scaling = {
  mode: 'enforce',
  queue: { namespace: 'bus', queue: 'orders' },
  base: {
    mode: 'observe',
    scaleSet: SCALE_SET,
    minInstances: 2,
    maxInstances: 6,
    replicasPerInstance: 4,
    growAfterSeconds: 60,
    scaleInDelaySeconds: 120,
  },
  burst: {
    lifecycle: 'create-delete',
    minGroups: 0,
    maxGroups: 40,
    locations: ['westeurope', 'northeurope'],
    scaleInDelaySeconds: 60,
  },
  target: { maxWaitSeconds: 30, messagesPerSecondPerReplica: 1, utilization: 0.8 },
  alertAddGroups: 2,
  drainTimeoutSeconds: 60,
  limits: { spendUsdPerDay: 20, spendUsdPerHour: 5, changesPerEvaluation: 50 },
  staleAfterSeconds: 60,
};

/** `orders`, with changes to how it scales. */
export const workloadOf = (changes: Partly<Scaling> = {}): Workload => ({
  name: 'orders',
  spec: {
    image: 'contoso.azurecr.io/orders:1',
    environment: {},
    secureEnvironment: {},
    cpu: 1,
    memoryInGB: 2,
    restartPolicy: 'Always',
  },
  scaling: changed(SCALING, changes) as Scaling,
  revision: '0a1b2c3d',
});

function changed(value: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change;
  const members = Object.entries(change).map(([key, member]) => [
    key,
    changed((value as Record<string, unknown>)?.[key], member),
  ]);
  return { ...(value as object), ...Object.fromEntries(members) };
}
