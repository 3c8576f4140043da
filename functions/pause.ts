import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { answering } from '../shared/runtime.ts';

// Holds all changes, or those in one direction, until a given time.
app.http('pause', {
  route: 'pause',
  methods: ['POST'],
  authLevel: 'function',
  handler: (request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> =>
    answering(invocation, async (context) => {
      const { pause } = await import('../shared/controller/brake.ts');
      const { status, ...answer } = await pause(context, await request.text());
      return { status, jsonBody: answer };
    }),
});
