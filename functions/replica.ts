import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { pollGuard } from '../shared/controller/poll-guard.ts';
import { NOT_CONFIGURED, contextFor } from '../shared/runtime.ts';

// A replica polls this, says whether it is busy, and is told to serve on or to drain. With a replica key each replica has
// a token of its own, which is checked inside; without one the host asks for a key of the function.
app.http('replica', {
  route: 'replicas/{name}',
  methods: ['GET'],
  authLevel: pollGuard(process.env['SPILLWAY_REPLICA_KEY']),
  handler: async (
    { headers, params, query }: HttpRequest,
    invocation: InvocationContext,
  ): Promise<HttpResponseInit> => {
    const context = await contextFor(invocation);
    if (!context) return NOT_CONFIGURED;
    const { takePoll } = await import('../shared/controller/take-poll.ts');
    const { status, ...answer } = await takePoll(context, {
      workload: query.get('workload') ?? undefined,
      name: params['name'] ?? '',
      busy: query.get('busy') ?? undefined,
      told: query.get('told') ?? undefined,
      token: headers.get('x-spillway-token') ?? undefined,
      principal: headers.get('x-ms-client-principal') ?? undefined,
    });
    return { status, jsonBody: answer };
  },
});
