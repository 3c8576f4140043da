import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { answering } from '../shared/runtime.ts';

// Ends a pause before its time.
app.http('resume', {
  route: 'resume',
  methods: ['POST'],
  authLevel: 'function',
  handler: (_request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> =>
    answering(invocation, async (context) => {
      const { resume } = await import('../shared/controller/brake.ts');
      return { jsonBody: await resume(context) };
    }),
});
