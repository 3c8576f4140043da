import { app, type InvocationContext } from '@azure/functions';
import { contextFor } from '../shared/runtime.ts';

interface Message {
  workload?: unknown;
  trigger?: unknown;
  attempt?: unknown;
}

// One evaluation of one workload. Sessions make it the only one of that workload; the message is always completed.
app.serviceBusQueue('evaluate', {
  connection: 'SPILLWAY_SERVICEBUS',
  queueName: '%SPILLWAY_EVALUATIONS_QUEUE%',
  isSessionsEnabled: true,
  handler: async (body: unknown, invocation: InvocationContext): Promise<void> => {
    const { workload, trigger, attempt } = (body ?? {}) as Message;
    const context = await contextFor(invocation);
    if (!context || typeof workload !== 'string') {
      invocation.warn(`An evaluation is dropped: ${context ? 'it names no workload' : 'Spillway is not configured'}.`);
      return;
    }
    const { enqueuedTimeUtc, deliveryCount } = invocation.triggerMetadata ?? {};
    const now = context.ports.clock.now();
    // A redelivered message means that its evaluation died half-way: that is no reason to take it for answered.
    const enqueuedAt = Number(deliveryCount) > 1 ? now : Date.parse(String(enqueuedTimeUtc)) || now;
    const request = { workload, trigger: String(trigger), attempt: Number(attempt) || 0, enqueuedAt };
    const { evaluate } = await import('../shared/controller/evaluate.ts');
    const { status } = await evaluate(context, request);
    if (status === 'unknown-workload') invocation.warn(`An evaluation is dropped: no workload ${workload} runs.`);
  },
});
