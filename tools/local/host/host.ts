// A local Functions host: loads the built app as the Node worker does and fires its triggers through the programming
// model of the real `@azure/functions`.
//
// Not modelled: triggers other than timer, HTTP and Service Bus queue; bindings beyond the HTTP answer; hooks; retry
// policies; HTTP streaming, cookies as objects, CORS, a limit for bodies that do not tell their length; topics,
// batches, SDK bindings; scaling out, and with it leases; the schedule monitor (what a timer missed while the process
// was down is not made up for) and runOnStartup; function time-outs; keys per function; settings that override
// host.json.

import { randomUUID } from 'node:crypto';
import type { SimulatedClock } from '../clock.ts';
import type { Binding, RpcTypedData } from './core-api.ts';
import { startHttp } from './http-trigger.ts';
import { loadApp } from './load.ts';
import { ServiceBusTrigger } from './service-bus-trigger.ts';
import { readHostFile, triggerOf, type Environment, type Extensions } from './settings.ts';
import { startTimer } from './timer-trigger.ts';

/** `time` is an ISO string; `function` and `invocationId` are empty in lines of the host itself. */
export interface LogLine {
  time: string;
  level: string;
  function: string;
  invocationId: string;
  message: string;
}

/** What fired: the value for the trigger binding and what else is known about it. */
export interface TriggerEvent {
  data: RpcTypedData;
  metadata?: Record<string, RpcTypedData>;
}

export interface LocalFunction {
  name: string;
  trigger: Binding;
  /** Runs it and gives what it returned. Rejects as it did, after logging that. */
  invoke: (event: TriggerEvent) => Promise<RpcTypedData | null | undefined>;
}

/** What triggers need of the host. */
export interface Host {
  clock: SimulatedClock;
  env: Environment;
  extensions: Extensions;
  /** Ms that the first session message of the process waits. */
  firstMessageDelay: number;
  log: (level: string, message: string, functionName?: string, invocationId?: string) => void;
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

/** Starts the app. Throws when an entry fails to load, or a setting is missing or not allowed. */
export async function runHost(options: HostOptions): Promise<Trigger & { port: number; functions: string[] }> {
  const { root, clock, env, write, firstMessageDelay } = options;
  const log: Host['log'] = (level, message, functionName = '', invocationId = '') =>
    write({ time: new Date().toISOString(), level, function: functionName, invocationId, message });
  const host: Host = { clock, env, firstMessageDelay, log, extensions: readHostFile(root) };
  const app = await loadApp(root, log);
  const functions = app.functions.map(({ metadata, handler }): LocalFunction => {
    const { name, bindings } = metadata;
    const input = Object.keys(bindings).find((binding) => bindings[binding]?.type.endsWith('Trigger'));
    const invoke: LocalFunction['invoke'] = async ({ data, metadata: triggerMetadata }) => {
      const invocationId = randomUUID();
      const invocation = app.model.getInvocationModel({
        invocationId,
        metadata,
        request: { invocationId, inputData: [{ name: input, data }], triggerMetadata },
        log: (level, _category, message) => log(level, message, name, invocationId),
      });
      try {
        const { context, inputs } = await invocation.getArguments();
        const result = await invocation.invokeFunction(context, inputs, handler);
        return (await invocation.getResponse(context, result)).returnValue;
      } catch (error) {
        const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log('error', `The function failed: ${story}`, name, invocationId);
        throw error;
      }
    };
    return { name, trigger: triggerOf(metadata, env), invoke };
  });
  const http = functions.filter(({ trigger }) => trigger.type === 'httpTrigger');
  const triggered = functions.filter((given) => !http.includes(given));
  const others = await Promise.all(triggered.map((given) => startTrigger(given, host)));
  const server = await startHttp(http, options.port, host);
  const stop = async (): Promise<void> => {
    await Promise.all([server, ...others].map((trigger) => trigger.stop()));
    await clock.settled();
  };
  return { port: server.port, functions: functions.map(({ name }) => name), stop };
}

async function startTrigger(given: LocalFunction, host: Host): Promise<Trigger> {
  if (given.trigger.type === 'timerTrigger') return startTimer(given, host);
  if (given.trigger.type === 'serviceBusTrigger') return ServiceBusTrigger.start(given, host);
  throw new Error(`Function '${given.name}': the local host does not model a ${given.trigger.type}.`);
}
