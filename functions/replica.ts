import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { pollReplica } from '../shared/controller/drain-contract.ts';
import { contextFor } from '../shared/runtime.ts';

// A replica polls this, says whether it is busy, and is told to serve on or to drain.
app.http('replica', {
  route: 'replicas/{name}',
  methods: ['GET'],
  authLevel: 'function',
  handler: async (request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> => {
    const context = await contextFor(invocation);
    const workload = request.query.get('workload') ?? '';
    const name = request.params['name'] ?? '';
    const busy = request.query.get('busy') !== 'false';
    const answer = context && (await pollReplica(context, workload, name, busy));
    return answer ? { jsonBody: answer } : { status: 404, jsonBody: { error: `There is no workload ${workload}.` } };
  },
});
