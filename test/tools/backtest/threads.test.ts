import { afterAll, expect, test } from 'vitest';
import { runJob, type Job } from '../../../tools/backtest/jobs.ts';
import { Threads } from '../../../tools/backtest/threads.ts';
import { builtInTraces, tracesIn } from '../../../tools/backtest/traces.ts';

const threads = new Threads(2);
afterAll(() => threads.end());

const job: Job = {
  trace: { name: 'flat', binSeconds: 60, counts: Array.from({ length: 30 }, () => 10) },
  seed: 1,
  policy: 'aws-step',
  wishes: { targetWait: 30 },
};

test('a thread finds what the caller would have found', async () => {
  const jobs = [1, 2, 3].map((seed): Job => Object.assign({}, job, { seed }));
  expect(await Promise.all(jobs.map(threads.run))).toEqual(jobs.map(runJob));
});

test('a job that is wrong fails with its sentence, and the thread goes on', async () => {
  await expect(threads.run({ ...job, policy: 'hope' })).rejects.toThrow('There is no policy hope. Policies: spillway,');
  await expect(threads.run(job)).resolves.toMatchObject({ meanReplicas: expect.any(Number) as number });
});

test('where there is no folder of traces the built-in set stands in, the same each time', async () => {
  expect(await tracesIn('/nowhere')).toBeUndefined();
  expect(builtInTraces()).toEqual(builtInTraces());
  for (const { counts } of builtInTraces()) expect(Math.max(...counts)).toBeGreaterThan(0);
});
