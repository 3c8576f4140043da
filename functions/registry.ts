import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { answering } from '../shared/runtime.ts';

// Who is in service, for proxies and clients that prefer a document to DNS; 304 while nothing has changed.
app.http('registry', {
  route: 'registry/{workload}',
  methods: ['GET'],
  authLevel: 'function',
  handler: ({ headers, params }: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> =>
    answering(invocation, async (context) => {
      const { readRegistry } = await import('../shared/controller/registry.ts');
      const known = headers.get('if-none-match') ?? undefined;
      const { body, ...answer } = await readRegistry(context, params['workload'] ?? '', known);
      return { ...answer, ...(body && { jsonBody: body }) };
    }),
});
