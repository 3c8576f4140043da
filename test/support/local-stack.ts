// The production adapters, wired as in production, on the local servers.

import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import type { TokenCredential } from '@azure/core-auth';
import { connectAzure, type Azure } from '../../shared/azure/azure.ts';
import { startAzurite, type LocalStorage } from '../../tools/local/azurite.ts';
import type { AzureOptions } from '../../tools/local/azure/azure.ts';
import { identityHeader } from '../../tools/local/azure/identity.ts';
import { startAzure, type Exchange, type LocalAzure } from '../../tools/local/azure/server.ts';
import { localCertificate, trust } from '../../tools/local/certificate.ts';
import { SimulatedClock } from '../../tools/local/clock.ts';
import type { QueueOptions } from '../../tools/local/servicebus/queue.ts';
import { startServiceBus, type LocalServiceBus } from '../../tools/local/servicebus/service-bus.ts';
import { createValidator, specsFolder, type Validator } from './api-description.ts';
import { subscription } from './azure-samples.ts';

export const OWNER = 'deployment-1';
export const SERVICE_BUS_ID = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ServiceBus/namespaces/localhost`;

export interface LocalStack {
  clock: SimulatedClock;
  azure: LocalAzure;
  bus: LocalServiceBus | undefined;
  connected: Azure;
  /** Container groups as Azure's own client shows them. */
  arm: ContainerInstanceManagementClient;
  /** All requests the local Azure answered, oldest first. */
  exchanges: Exchange[];
  /** Where the exchanges disagree with the official API descriptions; none when those are not at hand. */
  problems: () => string[];
  close: () => Promise<void>;
  /** Closes, and throws when an exchange disagreed with the API descriptions. */
  closeChecked: () => Promise<void>;
}

export interface StackOptions extends Partial<AzureOptions> {
  queues?: readonly QueueOptions[];
  moreSubscriptions?: string[];
  storage?: LocalStorage | undefined;
  /**
   * Tokens come from the real managed identity against the local identity endpoint. The client keeps the endpoint it
   * used first for the life of the process, so at most one stack of a test file may say so.
   */
  managedIdentity?: boolean;
  /** Default: any token, or that of the managed identity. */
  credential?: TokenCredential;
}

/** The local servers accept any token, Azurite excepted. */
const ANYONE = { getToken: async () => ({ token: 'anyone', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };

/** What the servers of one test file share: making a certificate takes longer than starting a server. */
const certificate = localCertificate();
let validator: Validator | undefined;

/** Azurite takes over a second to start: once per file, and closed by it. */
export const startStorage = async (): Promise<LocalStorage> => startAzurite(await certificate);

/** Starts a local Azure, and a Service Bus where queues are given, and connects the adapters. */
export async function startLocalStack(options: StackOptions = {}): Promise<LocalStack> {
  const { queues, storage, managedIdentity = false, moreSubscriptions, credential = ANYONE, ...world } = options;
  const tls = await certificate;
  trust(tls.ca);
  // Tokens are valid for a simulated day from now, and Azurite judges them by the clock of the machine.
  const clock = new SimulatedClock(Date.now());
  const exchanges: Exchange[] = [];
  const azure = await startAzure({ clock, seed: 1, ...world, ...tls, onExchange: (each) => void exchanges.push(each) });
  const bus = queues && (await startServiceBus({ clock, queues, tls }));
  if (managedIdentity) {
    process.env['IDENTITY_ENDPOINT'] = `${azure.endpoint}/msi/token`;
    process.env['IDENTITY_HEADER'] = identityHeader;
  }
  const connected = connectAzure({
    clock,
    credential: managedIdentity ? undefined : credential,
    env: {
      ...process.env,
      AzureWebJobsStorage__accountName: 'unused',
      ...storage?.env,
      BUS: bus?.connectionString ?? 'Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=v',
    },
    subscriptionId: subscription,
    moreSubscriptions,
    resourceGroup: 'rg',
    ownerId: OWNER,
    location: 'eastus',
    armEndpoint: azure.endpoint,
    metricsEndpoint: azure.endpoint,
    logsEndpoint: azure.endpoint,
    serviceBusConnection: 'BUS',
    evaluationsQueue: 'evaluations',
    serviceBusResourceId: SERVICE_BUS_ID,
  });
  const problems = (): string[] => {
    const folder = specsFolder();
    if (folder === undefined) return [];
    const checking = (validator ??= createValidator(folder));
    return exchanges.flatMap((exchange) => checking.check(exchange));
  };
  const close = async (): Promise<void> => {
    await connected.close();
    await bus?.close();
    await azure.close();
  };
  const closeChecked = async (): Promise<void> => {
    await close();
    const found = problems();
    if (found.length > 0) throw new Error(`Not as the API descriptions say:\n${found.join('\n')}`);
  };
  const arm = new ContainerInstanceManagementClient(ANYONE, subscription, { endpoint: azure.endpoint });
  return { clock, azure, bus, connected, arm, exchanges, problems, close, closeChecked };
}
