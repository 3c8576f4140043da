import type { Env } from './preflight.ts';

/**
 * A workload file for what was deployed: the template with the outputs of the deployment in it, each quoted. A line whose
 * output is empty is left out, so that what is missing is told by its name.
 */
export function workloadFile(template: string, worker: string, name: string, queue: string, env: Env): string {
  const values: Record<string, string | number> = {
    NAME: name,
    IMAGE: env['SPILLWAY_EXAMPLE_IMAGE'] ?? '',
    WORKER: worker,
    REPLICAS: Number(env['SPILLWAY_EXAMPLE_REPLICAS_PER_INSTANCE'] || 1),
    IDENTITY: env['SPILLWAY_WORKER_IDENTITY_ID'] ?? '',
    SERVICEBUS: env['SPILLWAY_SERVICEBUS__fullyQualifiedNamespace'] ?? '',
    QUEUE: queue,
    CLIENT_ID: env['SPILLWAY_WORKER_CLIENT_ID'] ?? '',
  };
  return template
    .split('\n')
    .flatMap((line) => {
      const key = /__([A-Z_]+?)__/.exec(line)?.[1];
      const value = key === undefined ? undefined : values[key];
      if (value === '') return [];
      return value === undefined ? [line] : [line.replace(`__${key}__`, () => JSON.stringify(value))];
    })
    .join('\n');
}
