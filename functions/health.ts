import { app, type HttpResponseInit } from '@azure/functions';
import { orUnavailable } from '../shared/controller/expected.ts';
import { runtime } from '../shared/runtime.ts';

// Whether Spillway can work: healthy, degraded (with everything that is wrong) or unhealthy (503).
app.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'function',
  handler: (): Promise<HttpResponseInit> =>
    orUnavailable(async () => {
      const { report } = await runtime();
      return { status: report.health === 'unhealthy' ? 503 : 200, jsonBody: report };
    }),
});
