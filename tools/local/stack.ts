// The whole local stack: a local Azure, a local Service Bus, Azurite and the Functions host in a process of its own, all on
// one simulated clock and on free ports, configured by nothing but the app settings a user would set.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAzurite, type LocalStorage } from './azurite.ts';
import { startAzure, type Exchange, type LocalAzure } from './azure/server.ts';
import type { FaultPlanInput } from './azure/faults.ts';
import type { Quota } from './azure/world.ts';
import { localCertificate } from './certificate.ts';
import { SimulatedClock } from './clock.ts';
import { startHost, type LocalHost, type LogLine } from './host/launch.ts';
import type { QueueOptions } from './servicebus/queue.ts';
import { startServiceBus, type LocalServiceBus } from './servicebus/service-bus.ts';
import { queueMetrics } from './queue-metrics.ts';
import { WORLD, worldSettings, type WorldOptions } from './world.ts';

export interface StackOptions extends WorldOptions {
  seed: number;
  /** Simulated ms that run as one step; see SimulatedClock. */
  quantum?: number | undefined;
  /** Port of the operations API; default any free one. */
  port?: number | undefined;
  quota?: Record<string, Partial<Quota>> | undefined;
  faults?: FaultPlanInput | undefined;
  /** Container groups get addresses of this machine. */
  loopback?: boolean | undefined;
  /** Queues beside those of the world. */
  moreQueues?: readonly (QueueOptions & { name: string })[] | undefined;
  /** Overrides of app settings. */
  env?: Record<string, string> | undefined;
  /** Folder with package.json, host.json, the built functions and workloads/; default: this project. */
  root?: string | undefined;
  onLog?: ((line: LogLine) => void) | undefined;
  onExchange?: ((exchange: Exchange) => void) | undefined;
}

export interface Stack {
  clock: SimulatedClock;
  azure: LocalAzure;
  serviceBus: LocalServiceBus;
  storage: LocalStorage;
  /** The running host; replaced by `startHost`. */
  host: LocalHost;
  /** App settings of the host. */
  env: NodeJS.ProcessEnv;
  /** Starts a host again after `host.kill()`, with other settings if given. */
  restartHost(env?: Record<string, string>): Promise<void>;
  /** Ends the host and starts it again, as a deployment does. */
  redeploy(): Promise<void>;
  /** The deployment under way, if there is one. */
  deployment: Promise<void> | undefined;
  close(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Starts everything; the clock stands until it is advanced. It begins at the machine's last full minute, so that timers
 * fall at the same moments of every story.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const {
    seed,
    quantum,
    quota,
    faults,
    onExchange,
    onLog,
    port,
    root = ROOT,
    moreQueues = [],
    loopback = false,
  } = options;
  const queues = [...WORLD.queues, ...moreQueues];
  const clock = new SimulatedClock(Math.floor(Date.now() / 60_000) * 60_000, quantum);
  const tls = await localCertificate();
  const folder = await mkdtemp(join(tmpdir(), 'spillway-'));
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, tls.ca);
  const [serviceBus, storage] = await Promise.all([startServiceBus({ clock, tls, queues }), startAzurite(tls)]);
  const azure = await startAzure({
    clock,
    seed,
    ...tls,
    loopback,
    scaleSets: [WORLD.scaleSet],
    zones: [WORLD.zone],
    gateways: [{ id: WORLD.gateway, location: 'westeurope', pools: [WORLD.workload] }],
    metrics: queueMetrics(
      clock,
      queues.map(({ name }) => serviceBus.queue(name)),
    ),
    ...(quota && { quota }),
    ...(faults && { faults }),
    ...(onExchange && { onExchange }),
  });
  const settings = { ...worldSettings(options, azure.endpoint, serviceBus), ...storage.env, ...options.env };
  const env = { ...inherited(), ...settings, NODE_EXTRA_CA_CERTS: ca };
  const launch = (own: NodeJS.ProcessEnv): Promise<LocalHost> =>
    startHost({
      clock,
      root,
      env: own,
      busy: () => [WORLD.evaluations, WORLD.resourceEvents].some((name) => serviceBus.liveDeliveries(name) > 0),
      ...(port !== undefined && { port }),
      ...(onLog && { onLog }),
    });
  const stack: Stack = {
    clock,
    azure,
    serviceBus,
    storage,
    env,
    host: await launch(env),
    restartHost: async (changed = {}) => {
      stack.host = await launch({ ...env, ...changed });
    },
    deployment: undefined,
    redeploy: async () => {
      stack.deployment = stack.host.kill().then(() => stack.restartHost());
      await stack.deployment;
      stack.deployment = undefined;
    },
    close: async () => {
      await stack.host.kill();
      await Promise.all([serviceBus.close(), storage.close(), azure.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return stack;
}

/** What a process needs of its parent's environment to run at all, and nothing that could configure Spillway. */
function inherited(): NodeJS.ProcessEnv {
  const names = ['PATH', 'Path', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'HOME', 'USERPROFILE'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
