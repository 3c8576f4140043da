import { describe, expect, test } from 'vitest';
import { compared } from '../../../../tools/backtest/compare.ts';
import { runJob } from '../../../../tools/backtest/jobs.ts';
import { afterStep, stepPercent, wholeInstances } from '../../../../tools/backtest/policies/aws-step.ts';
import { alarms, proportional } from '../../../../tools/backtest/policies/aws-target-tracking.ts';
import type { Runner } from '../../../../tools/backtest/threads.ts';

const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

describe('target tracking', () => {
  test('1,500 messages on ten instances at a target of 100 ask for fifteen', () => {
    expect(proportional(10, 150, 100)).toBe(15);
  });

  test('needs three minutes above the target, and fifteen below nine tenths of it', () => {
    expect(alarms([90, 110, 110], 100)).toEqual({ high: false, low: false });
    expect(alarms([110, 110, 110], 100)).toEqual({ high: true, low: false });
    expect(alarms(repeat(89, 14), 100)).toEqual({ high: false, low: false });
    expect(alarms(repeat(89, 15), 100)).toEqual({ high: false, low: true });
    expect(alarms(repeat(91, 15), 100)).toEqual({ high: false, low: false });
  });
});

test('target tracking accepts the wait that the workload allows, unless its knob is turned', async () => {
  const trace = { name: 'step', binSeconds: 60, counts: [...repeat(5, 20), ...repeat(60, 40)] };
  const costAt = async (targetWait: number, turned: Record<string, number> = {}) => {
    const what = { trace, seeds: [1], wishes: { targetWait } };
    const run: Runner = async (job) => runJob({ ...job, knobs: { ...job.knobs, ...turned } });
    const { defaults } = await compared(run, what, 'aws-target-tracking', false);
    return { wait: defaults.knobs['wait'], cost: defaults.whole.cost };
  };
  const patient = await costAt(300);
  expect(patient.wait).toBe(300);
  expect((await costAt(300, { wait: 30 })).cost).toBe((await costAt(30)).cost);
  expect(patient.cost).toBeLessThan((await costAt(30)).cost);
});

describe('step scaling', () => {
  test('ten and ten percent are eleven; while one warms up, thirty percent make thirteen', () => {
    expect(afterStep(10, 10, 10)).toBe(11);
    expect(afterStep(30, 10, 11)).toBe(13);
  });

  test('a percentage becomes whole instances', () => {
    expect([3.9, 0.4, -0.4, -3.9, 0].map(wholeInstances)).toEqual([3, 1, -1, -3, 0]);
  });

  test('steps include their lower end above the threshold and their upper end below it', () => {
    expect([9.9, 10, 19.9, 20, -9.9, -10, -19.9, -20].map(stepPercent)).toEqual([0, 10, 10, 30, 0, -10, -10, -30]);
  });
});
