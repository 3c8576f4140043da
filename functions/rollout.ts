import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { answering } from '../shared/runtime.ts';

// Pauses, resumes, approves, aborts or rolls back the rollout of a workload.
app.http('rollout', {
  route: 'rollout/{workload}',
  methods: ['POST'],
  authLevel: 'function',
  handler: (request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> =>
    answering(invocation, async (context) => {
      const { steerRollout } = await import('../shared/controller/steer-rollout.ts');
      const { status, ...answer } = await steerRollout(context, request.params['workload'] ?? '', await request.text());
      return { status, jsonBody: answer };
    }),
});
