import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { orUnavailable } from '../shared/controller/expected.ts';
import { contextFor, runtime } from '../shared/runtime.ts';

// What runs, what it costs and why; with ?settings=true the settings too.
app.http('status', {
  route: 'status/{workload?}',
  methods: ['GET'],
  authLevel: 'function',
  handler: (request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> =>
    orUnavailable(async (): Promise<HttpResponseInit> => {
      const { report, settings } = await runtime();
      const context = await contextFor(invocation);
      const wanted = request.params['workload'];
      const { pauseStatus, workloadStatuses } = await import('../shared/controller/status.ts');
      const workloads = context && (await workloadStatuses(context, report.degraded, wanted));
      if (wanted !== undefined && workloads?.length === 0) {
        return { status: 404, jsonBody: { error: `There is no workload ${wanted}.` } };
      }
      const jsonBody = {
        ...report,
        ...(context && {
          pause: await pauseStatus(context),
          lastSweep: await context.ports.controls.mark('sweep'),
          workloads,
        }),
        ...(request.query.get('settings') === 'true' && { settings }),
      };
      return { jsonBody };
    }),
});
