import type { Env } from './preflight.ts';

/** A workload file for what was deployed: the template with the outputs of the deployment in it. */
export function workloadFile(template: string, worker: string, name: string, queue: string, env: Env): string {
  const values: Record<string, string> = {
    NAME: name,
    IMAGE: env['SPILLWAY_EXAMPLE_IMAGE'] ?? '',
    WORKER: JSON.stringify(worker),
    REPLICAS: env['SPILLWAY_EXAMPLE_REPLICAS_PER_INSTANCE'] ?? '1',
    IDENTITY: env['SPILLWAY_WORKER_IDENTITY_ID'] ?? '',
    SERVICEBUS: env['SPILLWAY_SERVICEBUS__fullyQualifiedNamespace'] ?? '',
    QUEUE: queue,
    CLIENT_ID: env['SPILLWAY_WORKER_CLIENT_ID'] ?? '',
  };
  return template.replaceAll(/__([A-Z_]+?)__/g, (whole, key: string) => values[key] ?? whole);
}
