import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { answering } from '../shared/runtime.ts';

// Whoever knows of a load to come posts it here: it becomes a signal, and an evaluation is asked for.
app.http('signals', {
  route: 'signals/{workload}',
  methods: ['POST'],
  authLevel: 'function',
  handler: (request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> =>
    answering(invocation, async (context) => {
      const { takeHint } = await import('../shared/controller/take-hint.ts');
      const { status, ...answer } = await takeHint(context, request.params['workload'] ?? '', await request.text());
      return { status, jsonBody: answer };
    }),
});
