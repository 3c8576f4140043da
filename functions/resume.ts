import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { resume } from '../shared/controller/brake.ts';
import { NOT_CONFIGURED, contextFor } from '../shared/runtime.ts';

// Ends a pause before its time.
app.http('resume', {
  route: 'resume',
  methods: ['POST'],
  authLevel: 'function',
  handler: async (_request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> => {
    const context = await contextFor(invocation);
    if (!context) return NOT_CONFIGURED;
    return { jsonBody: await resume(context) };
  },
});
