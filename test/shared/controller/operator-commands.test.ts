import { expect, it } from 'vitest';
import { pause, resume } from '../../../shared/controller/brake.ts';
import { steerRollout } from '../../../shared/controller/steer-rollout.ts';
import { scenario } from '../../support/scenario.ts';

const { context } = scenario({});

it.each([
  [
    '{"scope": "up", "minutes": 0}',
    /scope is not one of the allowed values \(all, in, out, drain\); minutes is not above 0; author is missing$/,
  ],
  ['{"author": " ", "minutes": 20000}', /minutes is above 10080; author is empty$/],
  ['{"author": "kim", "scope": "dran"}', /scope is .* values \(all, in, out, drain; did you mean drain\?\)$/],
  ['{', /the body is not JSON$/],
])('a pause is refused with all that is wrong with it: %s', async (text, error) => {
  expect(await pause(context, text)).toMatchObject({ status: 400, error: expect.stringMatching(error) as string });
});

it('a pause of one minute is told as one', async () => {
  expect(await pause(context, '{"author": "kim", "minutes": 1}')).toMatchObject({
    message: 'Paused (all) by kim for 1 minute.',
  });
});

it.each([
  ['drain', 60 + 11],
  ['in', 60],
])(
  'a pause (%s) without an end is over after %i minutes, a drain after the drain time-out on top',
  async (scope, minutes) => {
    const { context: own } = scenario({ scaling: { drainTimeoutSeconds: 601 } });
    const answer = await pause(own, JSON.stringify({ author: 'kim', scope }));
    expect(answer).toMatchObject({ message: `Paused (${scope}) by kim for ${minutes} minutes.` });
    const { since = 0, until } = (await own.ports.controls.pause()) ?? {};
    expect(until).toBe(since + minutes * 60_000);
  },
);

it('a pause and its end are each followed by an evaluation', async () => {
  const { context: own, run, last } = scenario({});
  await run(31);
  await pause(own, '{"author": "kim"}');
  await run(3);
  expect(last()).toMatchObject({
    trigger: 'pause',
    reasons: expect.arrayContaining([expect.objectContaining({ code: 'paused' })]) as unknown,
  });
  await resume(own);
  await run(3);
  expect(last()).toMatchObject({ trigger: 'resume' });
});

it('to resume says whose pause is over, or that there was none', async () => {
  const { context: own } = scenario({});
  expect(await resume(own)).toEqual({ message: 'Nothing was paused.' });
  await pause(own, '{"author": "kim", "scope": "in"}');
  expect(await resume(own)).toEqual({ message: 'Resumed: the pause (in) by kim is over.' });
  expect(await own.ports.controls.pause()).toBeUndefined();
});

it('a pause that ended by itself is none to resume from', async () => {
  const { context: own, clock } = scenario({});
  await pause(own, '{"author": "kim", "minutes": 1}');
  await clock.advance(60_000);
  expect(await resume(own)).toEqual({ message: 'Nothing was paused.' });
});

it('a command to a rollout is refused with all that is wrong with it', async () => {
  expect(await steerRollout(context, 'orders', '{"do": "stop"}')).toMatchObject({
    status: 400,
    error: expect.stringMatching(
      /do is not one of the allowed values \(pause, .*approve\); author is missing$/,
    ) as string,
  });
});
