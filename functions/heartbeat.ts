import { app, type InvocationContext, type Timer } from '@azure/functions';
import { expectingFailures } from '../shared/controller/expected.ts';
import { contextFor } from '../shared/runtime.ts';

// Every workload that was not looked at just now gets an evaluation, whatever was lost; this repairs every broken chain.
app.timer('heartbeat', {
  schedule: '%SPILLWAY_HEARTBEAT_SCHEDULE%',
  handler: async (_timer: Timer, invocation: InvocationContext): Promise<void> => {
    const context = await contextFor(invocation);
    if (!context) return;
    const { heartbeat } = await import('../shared/controller/wake.ts');
    await expectingFailures(context.log, 'heartbeat', () => heartbeat(context));
  },
});
