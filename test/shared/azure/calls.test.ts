import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { expect, it } from 'vitest';
import { armCalls } from '../../../shared/azure/calls.ts';

it('a call is given up after 15 s and never repeated, and is counted with the reads that are left', async () => {
  const { options, counts, readsLeft } = armCalls();
  const request = createPipelineRequest({ url: 'https://localhost' });
  const headers = createHttpHeaders({ 'x-ms-ratelimit-remaining-subscription-reads': '17' });
  for (const { policy } of options.additionalPolicies)
    await policy.sendRequest(request, async () => ({ request, status: 200, headers }));
  expect(request.timeout).toBe(15_000);
  expect(options.retryOptions.maxRetries).toBe(0);
  expect([counts(), readsLeft()]).toEqual([{ GET: 1 }, 17]);
});
