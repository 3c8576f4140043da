import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { answering } from '../shared/runtime.ts';

// Azure Monitor posts a fired or resolved alert here: it becomes a signal, and an evaluation is asked for.
app.http('metricAlert', {
  route: 'metricAlert',
  methods: ['POST'],
  // With Entra, App Service has authenticated the caller: the address of the alert then holds no key.
  authLevel: process.env['SPILLWAY_ALERT_AUTHENTICATION'] === 'entra' ? 'anonymous' : 'function',
  handler: (request: HttpRequest, invocation: InvocationContext): Promise<HttpResponseInit> =>
    answering(invocation, async (context) => {
      const { takeAlert } = await import('../shared/controller/take-alert.ts');
      const { status, ...answer } = await takeAlert(
        context,
        await request.text(),
        request.query.get('workload') ?? undefined,
      );
      return { status, jsonBody: answer };
    }),
});
