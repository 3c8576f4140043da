// The runtime of a process, which every function works with. It is made at the first call, and with it is loaded what reads
// settings and talks to Azure: the host learns of the functions without that, and starts them sooner.

import type { Context } from './controller/context.ts';
import type { Runtime } from './start.ts';
import { logOf, type Sink } from './telemetry/log.ts';

/** Answer of the operations API while there is no context. */
export const NOT_CONFIGURED = {
  status: 503,
  jsonBody: { error: 'Spillway is not configured; GET /api/health says why.' },
};

/** The context of one invocation, which logs to it. Undefined while the deployment is not configured. */
export async function contextFor(invocation: Sink): Promise<Context | undefined> {
  const { context } = await runtime();
  return context && { ...context, log: logOf(invocation) };
}

let started: Promise<Runtime> | undefined;

/** The runtime of this process. App settings change only with a restart, so they are read once. */
export function runtime(): Promise<Runtime> {
  // A start that failed (storage out of reach) is tried again by the next function.
  started ??= startNow().catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function startNow(): Promise<Runtime> {
  const { start } = await import('./start.ts');
  return start(process.env);
}
