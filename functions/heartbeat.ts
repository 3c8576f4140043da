import { app, type InvocationContext, type Timer } from '@azure/functions';
import { heartbeat } from '../shared/controller/wake.ts';
import { expectingFailures } from '../shared/controller/expected.ts';
import { contextFor } from '../shared/runtime.ts';

// Every workload gets an evaluation, whatever was lost; this repairs every broken chain of evaluations.
app.timer('heartbeat', {
  schedule: '%SPILLWAY_HEARTBEAT_SCHEDULE%',
  handler: async (_timer: Timer, invocation: InvocationContext): Promise<void> => {
    const context = await contextFor(invocation);
    if (context) await expectingFailures(context.log, 'heartbeat', () => heartbeat(context));
  },
});
