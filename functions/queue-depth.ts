import { app, type InvocationContext, type Timer } from '@azure/functions';
import { expectingFailures } from '../shared/controller/expected.ts';
import { contextFor } from '../shared/runtime.ts';

// The fast look at queue depths: asks for an evaluation only where a depth crossed or moved enough.
app.timer('queueDepth', {
  schedule: '%SPILLWAY_PROBE_SCHEDULE%',
  handler: async (_timer: Timer, invocation: InvocationContext): Promise<void> => {
    const context = await contextFor(invocation);
    if (!context) return;
    const { probe } = await import('../shared/controller/wake.ts');
    await expectingFailures(context.log, 'probe', () => probe(context));
  },
});
