import { valueOf } from './parameters.ts';
import type { Env } from './preflight.ts';

const PLACE = /__([A-Z_]+?)__/g;

/**
 * A workload file for what was deployed: the template with the outputs of the deployment in it, each quoted. A line whose
 * output is empty is left out, so that what is missing is told by its name.
 */
export function workloadFile(template: string, worker: string, name: string, queue: string, env: Env): string {
  const values: Record<string, string | number> = {
    NAME: name,
    IMAGE: valueOf(env, 'SPILLWAY_EXAMPLE_IMAGE'),
    WORKER: worker,
    REPLICAS: Number(valueOf(env, 'SPILLWAY_EXAMPLE_REPLICAS_PER_INSTANCE')),
    IDENTITY: env['SPILLWAY_WORKER_IDENTITY_ID'] ?? '',
    SERVICEBUS: env['SPILLWAY_SERVICEBUS__fullyQualifiedNamespace'] ?? '',
    QUEUE: queue,
    CLIENT_ID: env['SPILLWAY_WORKER_CLIENT_ID'] ?? '',
    LOCATION: env['AZURE_LOCATION'] ?? '',
    // From outside of the network the queue cannot be reached.
    SUBNET: env['SPILLWAY_PRIVATE_ENDPOINTS'] === 'true' ? (env['SPILLWAY_BURST_SUBNET_ID'] ?? '') : '',
  };
  const isEmpty = (key = ''): boolean => values[key] === '';
  return template
    .split('\n')
    .filter((line) => ![...line.matchAll(PLACE)].some(([, key]) => isEmpty(key)))
    .map((line) => line.replaceAll(PLACE, (text, key: string) => (key in values ? JSON.stringify(values[key]) : text)))
    .join('\n');
}
