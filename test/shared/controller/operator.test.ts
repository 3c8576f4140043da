import { expect, it } from 'vitest';
import { pause, resume } from '../../../shared/controller/brake.ts';
import { steerRollout } from '../../../shared/controller/steer-rollout.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { scenario } from '../../support/scenario.ts';

it.each(['pause', 'rollout'])(
  'a %s command with a member that is not known is refused and changes nothing',
  async (kind) => {
    const { context } = scenario();
    const body = { do: 'pause', author: 'kim', minuts: 5 };
    const { do: _, ...brake } = body;
    const answer =
      kind === 'pause'
        ? await pause(context, JSON.stringify(brake))
        : await steerRollout(context, 'orders', JSON.stringify(body));
    expect(answer).toMatchObject({ status: 400, error: expect.stringMatching(/the body has no minuts.*; it has /) });
    expect(await context.ports.controls.pause()).toBeUndefined();
    expect(await context.ports.rollouts.read('orders')).toBeUndefined();
  },
);

it('a pause that is set is answered as set, though evaluations cannot be asked for', async () => {
  const { context } = scenario();
  const failure = { class: 'wait', code: 'ServerBusy', message: 'try later' } as const;
  const request = () => Promise.reject(new AzureFailure('Asking', failure, undefined));
  context.ports.evaluations = { ...context.ports.evaluations, request };
  const message = expect.stringContaining('next heartbeat') as string;
  expect(await pause(context, JSON.stringify({ author: 'kim' }))).toMatchObject({ status: 200, message });
  expect(await context.ports.controls.pause()).toMatchObject({ author: 'kim' });
  expect(await resume(context)).toEqual({ message });
  expect(await context.ports.controls.pause()).toBeUndefined();
});
