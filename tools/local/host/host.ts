// A local Functions host: loads the built app as the Node worker does and fires its triggers through the programming
// model of the real `@azure/functions`.
//
// Not modelled: triggers other than timer, HTTP and Service Bus queue; input and output bindings beyond the HTTP answer;
// hooks; retry policies; HTTP streaming, cookies as objects, CORS; topics, batches, SDK bindings; scaling out, and with
// it leases; the schedule monitor (what a timer missed while the process was down is not made up for) and runOnStartup;
// function time-outs; keys per function; settings that override host.json.

import { randomUUID } from 'node:crypto';
import type { SimulatedClock } from '../clock.ts';
import type { InvocationResponse, Log, LogLine, RegisteredFunction, TriggerEvent } from './core-api.ts';
import { startHttp, type HttpFunction } from './http-trigger.ts';
import { loadApp } from './load.ts';
import { ServiceBusTrigger } from './service-bus-trigger.ts';
import { readHostFile, triggerOf, type Environment, type Extensions } from './settings.ts';
import { startTimer } from './timer-trigger.ts';

/** What triggers need of the host. */
export interface Host {
  clock: SimulatedClock;
  env: Environment;
  extensions: Extensions;
  /** Ms that the first session message of the process waits. */
  firstMessageDelay: number;
  log: Log;
  /** Rejects as the function did, after logging it. */
  invoke: (target: RegisteredFunction, event: TriggerEvent) => Promise<InvocationResponse>;
}

export interface Trigger {
  stop(): Promise<void>;
}

export interface HostOptions extends Pick<Host, 'clock' | 'env' | 'firstMessageDelay'> {
  /** The folder with package.json, host.json and the built functions. */
  root: string;
  port: number;
  write: (line: LogLine) => void;
}

export interface RunningHost extends Trigger {
  port: number;
  functions: string[];
}

/** Starts the app. Throws, with nothing started, when an entry fails to load or a setting is missing or not allowed. */
export async function runHost({ root, port, write, ...rest }: HostOptions): Promise<RunningHost> {
  const { clock, env } = rest;
  const log: Log = (level, message, functionName = '', invocationId = '') =>
    write({ time: new Date(clock.now()).toISOString(), level, function: functionName, invocationId, message });
  const extensions = readHostFile(root);
  const { functions, model } = await loadApp(root, log);

  const invoke = async (
    { metadata, handler }: RegisteredFunction,
    event: TriggerEvent,
  ): Promise<InvocationResponse> => {
    const invocationId = randomUUID();
    const [trigger] = Object.keys(metadata.bindings);
    const invocation = model.getInvocationModel({
      invocationId,
      metadata,
      request: { invocationId, inputData: [{ name: trigger, data: event.data }], triggerMetadata: event.metadata },
      log: (level, _category, message) => log(level, message, metadata.name, invocationId),
    });
    try {
      const { context, inputs } = await invocation.getArguments();
      return await invocation.getResponse(context, await invocation.invokeFunction(context, inputs, handler));
    } catch (error) {
      const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log('error', `The function failed: ${story}`, metadata.name, invocationId);
      throw error;
    }
  };

  const host: Host = { ...rest, extensions, log, invoke };
  const bound = functions.map((target) => ({ target, binding: triggerOf(target.metadata, env) }));
  const triggers: Trigger[] = [];
  const http: HttpFunction[] = [];
  for (const { target, binding } of bound) {
    if (binding.type === 'httpTrigger') http.push({ target, binding });
    else if (binding.type === 'timerTrigger') triggers.push(startTimer(target, binding, host));
    else if (binding.type === 'serviceBusTrigger') triggers.push(new ServiceBusTrigger(target, binding, host));
    else throw new Error(`Function '${target.metadata.name}': the local host does not model a ${binding.type}.`);
  }
  const server = await startHttp(http, port, host);
  const stop = async (): Promise<void> => {
    await clock.settled();
    for (const trigger of [...triggers, server]) await trigger.stop();
  };
  return { port: server.port, functions: functions.map(({ metadata }) => metadata.name), stop };
}
