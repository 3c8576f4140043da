// How every call to Azure Resource Manager and Azure Monitor is made: one attempt, 15 s at most, and counted.

import type { PipelinePolicy } from '@azure/core-rest-pipeline';

/** A call must leave time for what follows it: an evaluation sends no write later than 40 s after it began. */
const TIMEOUT_MS = 15_000;

/** Retries are off because the clients wait for any Retry-After in full; whether to wait is decided by evaluations. */
export interface CallOptions {
  retryOptions: { maxRetries: number };
  additionalPolicies: { policy: PipelinePolicy; position: 'perRetry' }[];
}

/** Options for SDK clients, and the number of calls made with them so far, by HTTP method. */
export interface Calls {
  options: CallOptions;
  counts: () => Record<string, number>;
}

/** Starts counting at zero. */
export function armCalls(): Calls {
  const counts: Record<string, number> = {};
  const policy: PipelinePolicy = {
    name: 'spillway-calls',
    sendRequest(request, next) {
      counts[request.method] = (counts[request.method] ?? 0) + 1;
      request.timeout = TIMEOUT_MS;
      return next(request);
    },
  };
  return {
    options: { retryOptions: { maxRetries: 0 }, additionalPolicies: [{ policy, position: 'perRetry' }] },
    counts: () => ({ ...counts }),
  };
}
