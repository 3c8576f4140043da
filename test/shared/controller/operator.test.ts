import { expect, it } from 'vitest';
import { pause } from '../../../shared/controller/brake.ts';
import { steerRollout } from '../../../shared/controller/steer-rollout.ts';
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
