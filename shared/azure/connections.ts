// The connection convention of Azure Functions: a setting `NAME` is a connection string; `NAME__something` settings
// name a service to be reached with an identity instead.

import type { TokenCredential } from '@azure/core-auth';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { ServiceBusClient } from '@azure/service-bus';
import { BlobServiceClient, newPipeline } from '@azure/storage-blob';

export type Env = Record<string, string | undefined>;

const STORAGE = 'AzureWebJobsStorage';

// Storage is asked several times in each evaluation, which must end within 40 s: little patience, few attempts.
const TRY_TIMEOUT_MS = 10_000;
const timeLimit: PipelinePolicy = {
  name: 'spillway-time-limit',
  sendRequest(request, next) {
    request.timeout = TRY_TIMEOUT_MS;
    return next(request);
  },
};
const TABLE_OPTIONS = {
  retryOptions: { maxRetries: 1, maxRetryDelayInMs: 2000 },
  additionalPolicies: [{ policy: timeLimit, position: 'perRetry' as const }],
};
const BLOB_OPTIONS = { retryOptions: { maxTries: 2, tryTimeoutInMs: TRY_TIMEOUT_MS, maxRetryDelayInMs: 2000 } };

/** Opens a table of the app's storage account. Throws when no setting says where it is. */
export function openTable(env: Env, credential: TokenCredential, table: string): TableClient {
  const text = env[STORAGE];
  // Connection strings of the emulator say http themselves; with an identity only https is possible.
  if (text) return TableClient.fromConnectionString(text, table, { ...TABLE_OPTIONS, allowInsecureConnection: true });
  return new TableClient(storageUri(env, 'table'), table, credential, TABLE_OPTIONS);
}

/** Opens the blob service of the app's storage account. Throws when no setting says where it is. */
export function openBlobs(env: Env, credential: TokenCredential): BlobServiceClient {
  const text = env[STORAGE];
  if (text) return timeLimited(BlobServiceClient.fromConnectionString(text));
  return timeLimited(new BlobServiceClient(storageUri(env, 'blob'), credential));
}

/** Blob clients only tell the server their time-out, and wait for a connection that is silent. */
function timeLimited({ url, credential }: BlobServiceClient): BlobServiceClient {
  const pipeline = newPipeline(credential, BLOB_OPTIONS);
  pipeline.factories.push({
    create: (next) => ({
      sendRequest(request) {
        request.timeout = TRY_TIMEOUT_MS;
        return next.sendRequest(request);
      },
    }),
  });
  return new BlobServiceClient(url, pipeline);
}

/** Opens the Service Bus namespace of the connection `name`. Throws when no setting says where it is. */
export function openServiceBus(env: Env, credential: TokenCredential, name: string): ServiceBusClient {
  const retryOptions = { maxRetries: 1, timeoutInMs: 10_000, retryDelayInMs: 1000 };
  const text = env[name];
  if (text) return new ServiceBusClient(text, { retryOptions });
  const host = env[`${name}__fullyQualifiedNamespace`];
  if (!host) {
    throw new Error(
      `No Service Bus for evaluations: set ${name}__fullyQualifiedNamespace (a host name, used with the identity) or ${name} (a connection string).`,
    );
  }
  return new ServiceBusClient(host, credential, { retryOptions });
}

function storageUri(env: Env, service: 'table' | 'blob'): string {
  const uri = env[`${STORAGE}__${service}ServiceUri`];
  if (uri) return uri;
  const account = env[`${STORAGE}__accountName`];
  if (account) return `https://${account}.${service}.core.windows.net`;
  throw new Error(
    `No storage for ${service}s: set ${STORAGE}__${service}ServiceUri or ${STORAGE}__accountName (used with the identity), or ${STORAGE} (a connection string).`,
  );
}
