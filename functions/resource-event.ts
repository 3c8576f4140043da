import { app, type InvocationContext } from '@azure/functions';
import { expectingFailures } from '../shared/controller/expected.ts';
import { contextFor } from '../shared/runtime.ts';

// A container group or the scale set changed, says Event Grid: its workload is evaluated. The message is always completed.
app.serviceBusQueue('resourceEvent', {
  connection: 'SPILLWAY_SERVICEBUS',
  queueName: '%SPILLWAY_RESOURCE_EVENTS_QUEUE%',
  handler: async (body: unknown, invocation: InvocationContext): Promise<void> => {
    const context = await contextFor(invocation);
    if (!context) return;
    const { takeResourceEvent } = await import('../shared/controller/take-resource-event.ts');
    await expectingFailures(context.log, 'resource-event', () => takeResourceEvent(context, body));
  },
});
