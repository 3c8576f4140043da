import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { NOT_CONFIGURED, contextFor } from '../shared/runtime.ts';

// Ends a pause before its time.
app.http('resume', {
  route: 'resume',
  methods: ['POST'],
  authLevel: 'function',
  handler: async (_request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> => {
    const context = await contextFor(invocation);
    if (!context) return NOT_CONFIGURED;
    const { resume } = await import('../shared/controller/brake.ts');
    return { jsonBody: await resume(context) };
  },
});
