import { expect, test } from 'vitest';
import { decisionIn, troubleIn } from '../../../../tools/local/demo/decisions.ts';

const at = Date.UTC(2026, 0, 1);
const line = (event: object | string, level = 'information') => ({
  time: new Date(at).toISOString(),
  level,
  function: 'evaluate',
  invocationId: '1',
  message: typeof event === 'string' ? event : JSON.stringify(event),
});
const decision = (actions: string[], reasons: string[] = []) =>
  decisionIn(line({ event: 'decision', actions, reasons }));

test('a decision is told by what it did, refusals with their code', () => {
  const actions = [
    'create-group accepted',
    'create-group accepted',
    'create-group failed QuotaReached',
    'grow-base accepted',
  ];
  expect(decision(actions)).toEqual({
    at,
    headline: 'creates 2 groups, creates 1 group: refused (QuotaReached), grows the scale set',
    reasons: [],
  });
});

test('a decision that did nothing, or found everything done, is not told', () => {
  expect(decision([])).toBeUndefined();
  expect(decision(['create-group adopted', 'stop-group skipped'])).toBeUndefined();
  expect(decisionIn(line({ event: 'alert' }))).toBeUndefined();
  expect(decisionIn(line('{ not JSON'))).toBeUndefined();
});

test('reasons that differ only in names and numbers are told once', () => {
  const busy = (name: string, seconds: number): string => `${name} is busy and has ${seconds} s left to finish.`;
  const reasons = ['2 are wanted.', busy('sw-1', 40), busy('sw-2', 55), busy('sw-3', 5)];
  expect(decision(['drain-group accepted'], reasons)?.reasons).toEqual([
    '2 are wanted.',
    'sw-1 is busy and has 40 s left to finish. (2 more like this)',
  ]);
});

test('warnings and errors are told whether they are events or text, other lines are not', () => {
  expect(troubleIn(line({ event: 'evaluation-failed', code: 'Throttled' }, 'warning'))).toEqual({
    at,
    level: 'warning',
    text: 'evaluate: evaluation-failed: code Throttled',
  });
  expect(troubleIn(line('The function failed.', 'critical'))).toMatchObject({
    level: 'error',
    text: 'evaluate: The function failed.',
  });
  expect(troubleIn(line('Fine.'))).toBeUndefined();
});
