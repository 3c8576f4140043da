// The stage of the demo: the whole local stack, with replicas that poll the operations API as real ones would.

import { replicaToken } from '../../../shared/workload/replica-access.ts';
import type { FaultPlanInput } from '../azure/faults.ts';
import { startStack, type Stack, type StackOptions } from '../stack.ts';
import type { Poll } from '../workers.ts';
import { queueOf, WORLD } from '../world.ts';
import { declareGroups } from './declared-groups.ts';
import type { Lifecycle, Stage } from './scene.ts';

export interface StageOptions {
  seed: number;
  lifecycle: Lifecycle;
  /** Groups that the first region allows. */
  quota?: number | undefined;
  /** Of the operations API; default any free one. */
  port?: number | undefined;
  faults?: FaultPlanInput | undefined;
  env?: Record<string, string> | undefined;
  onLog?: StackOptions['onLog'];
  onExchange?: StackOptions['onExchange'];
  /** A create or start of a container group was accepted. */
  onAccepted?: (() => void) | undefined;
}

export interface LocalStage extends Stage {
  stack: Stack;
}

/** Brings everything up; the caller closes `stack`. */
export async function openStage(options: StageOptions): Promise<LocalStage> {
  const { lifecycle, quota, onAccepted, onExchange, ...others } = options;
  const stack = await startStack({
    ...others,
    lifecycle,
    ...(quota !== undefined && { quota: { [WORLD.locations[0]]: { groups: quota } } }),
    onExchange: (exchange) => {
      const { method, url, status } = exchange;
      if (status < 300 && url.includes('/containerGroups/') && isStart(method, url)) onAccepted?.();
      onExchange?.(exchange);
    },
  });
  const { clock, azure, serviceBus, env } = stack;
  if (lifecycle === 'start-stop') declareGroups(azure.model, Number(env['SPILLWAY_BURST_MAX_GROUPS']));
  return { stack, clock, model: azure.model, queue: queueOf(serviceBus), poll: pollOf(stack) };
}

/** Why a run cannot go on without its host. */
export const hostEnded = (code: number | null): Error =>
  new Error(
    `The Functions host ended ${code === null ? 'by a signal' : `with code ${code}`} in the middle of the run.`,
  );

const isStart = (method: string, url: string): boolean =>
  method === 'PUT' || (method === 'POST' && url.includes('/start?'));

/** The drain contract over HTTP, as a worker would keep it; no answer means to go on as before. */
export const pollOf =
  (stack: Stack): Poll =>
  async (replica, busy) => {
    const url = `http://localhost:${stack.host.port}/api/replicas/${replica}?workload=${WORLD.workload}&busy=${busy}`;
    try {
      const headers = { 'x-spillway-token': replicaToken(WORLD.replicaKey, replica) };
      const answer = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
      return ((await answer.json()) as { state?: 'serve' | 'drain' }).state;
    } catch {
      return undefined;
    }
  };
