import { expect, it } from 'vitest';
import { pause } from '../../../shared/controller/brake.ts';
import { steerRollout } from '../../../shared/controller/steer-rollout.ts';
import { scenario } from '../../support/scenario.ts';

const { context } = scenario({});

it.each([
  [
    '{"scope": "up", "minutes": 0}',
    /scope is not one of the allowed values; minutes is not above 0; author is missing$/,
  ],
  ['{"author": " ", "minutes": 20000}', /minutes is above 10080; author is empty$/],
  ['{', /the body is not JSON$/],
])('a pause is refused with all that is wrong with it: %s', async (text, error) => {
  expect(await pause(context, text)).toMatchObject({ status: 400, error: expect.stringMatching(error) as string });
});

it('a pause of one minute is told as one', async () => {
  expect(await pause(context, '{"author": "kim", "minutes": 1}')).toMatchObject({
    message: 'Paused (all) by kim for 1 minute.',
  });
});

it('a command to a rollout is refused with all that is wrong with it', async () => {
  expect(await steerRollout(context, 'orders', '{"do": "stop"}')).toMatchObject({
    status: 400,
    error: expect.stringMatching(/do is not one of the allowed values; author is missing$/) as string,
  });
});
