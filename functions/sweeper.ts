import { app, type InvocationContext, type Timer } from '@azure/functions';
import { expectingFailures } from '../shared/controller/expected.ts';
import { contextFor } from '../shared/runtime.ts';

// Removes groups that nobody wants, without planning and whatever the workload settings are.
app.timer('sweeper', {
  schedule: '%SPILLWAY_SWEEP_SCHEDULE%',
  handler: async (_timer: Timer, invocation: InvocationContext): Promise<void> => {
    const context = await contextFor(invocation);
    if (!context) return;
    const { sweep } = await import('../shared/controller/sweep.ts');
    await expectingFailures(context.log, 'sweep', () => sweep(context));
  },
});
