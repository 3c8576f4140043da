import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { NOT_CONFIGURED, contextFor } from '../shared/runtime.ts';

// Holds all changes, or those in one direction, until a given time.
app.http('pause', {
  route: 'pause',
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> => {
    const context = await contextFor(invocation);
    if (!context) return NOT_CONFIGURED;
    const { pause } = await import('../shared/controller/brake.ts');
    const { status, ...answer } = await pause(context, await request.text());
    return { status, jsonBody: answer };
  },
});
