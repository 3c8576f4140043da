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
  /** Reads of the subscription's bucket that Azure Resource Manager said were left, last; undefined: never said. */
  readsLeft: () => number | undefined;
}

const READS_LEFT = 'x-ms-ratelimit-remaining-subscription-reads';

/** Starts counting at zero. */
export function armCalls(): Calls {
  const counts: Record<string, number> = {};
  let readsLeft: number | undefined;
  const policy: PipelinePolicy = {
    name: 'spillway-calls',
    async sendRequest(request, next) {
      counts[request.method] = (counts[request.method] ?? 0) + 1;
      request.timeout = TIMEOUT_MS;
      const response = await next(request);
      const left = response.headers.get(READS_LEFT);
      if (left !== undefined) readsLeft = Number(left);
      return response;
    },
  };
  return {
    options: { retryOptions: { maxRetries: 0 }, additionalPolicies: [{ policy, position: 'perRetry' }] },
    counts: () => ({ ...counts }),
    readsLeft: () => readsLeft,
  };
}
