import { app, type InvocationContext, type Timer } from '@azure/functions';
import { probe } from '../shared/controller/wake.ts';
import { expectingFailures } from '../shared/controller/expected.ts';
import { contextFor } from '../shared/runtime.ts';

// The fast look at queue depths: asks for an evaluation only where a depth crossed or moved enough.
app.timer('queueDepth', {
  schedule: '%SPILLWAY_PROBE_SCHEDULE%',
  handler: async (_timer: Timer, invocation: InvocationContext): Promise<void> => {
    const context = await contextFor(invocation);
    if (context) await expectingFailures(context.log, 'probe', () => probe(context));
  },
});
