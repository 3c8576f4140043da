import { expect, test } from 'vitest';
import { answer, failures } from '../../../../tools/local/demo/answer.ts';
import { summary } from '../../../../tools/local/demo/summary.ts';
import { goodFigures } from './figures.ts';

const comparison = { lateShare: 0.93, longestWaitSeconds: 720, costUsd: 0.22 };
const told = (...parts: Parameters<typeof answer>): string => answer(...parts).join(' ');

test('the answer sets waits and money against the scale set alone', () => {
  expect(told({ figures: goodFigures(), complete: true, comparison })).toBe(
    'With Spillway 0.4 % of the messages waited longer than 30 s (longest 31 s); with the scale set alone it would have ' +
      'been 93 % (longest 12 min). It cost 0.34 USD, 0.12 USD more than the scale set alone. No message was lost and ' +
      'nothing is left running.',
  );
});

test('a longest wait just above the limit is not rounded to it', () => {
  const longest = (seconds: number) => told({ figures: goodFigures({ longestWaitSeconds: seconds }), complete: true });
  expect(longest(30.02)).toContain('longer than 30 s (longest 30.1 s)');
  expect(longest(29.98)).toContain('(longest 30 s)');
});

test('what was cheaper is called cheaper, and what cost the same the same', () => {
  const cost = (costUsd: number): string =>
    told({ figures: goodFigures({ costUsd }), complete: true, comparison: { ...comparison, costUsd: 0.34 } });
  expect(cost(0.24)).toContain('0.10 USD less than');
  expect(cost(0.342)).toContain('as much as');
});

test('without a comparison the answer claims none', () => {
  const text = told({ figures: goodFigures(), complete: true });
  expect(text).toContain('With Spillway 0.4 % of the messages');
  expect(text).not.toContain('alone');
});

test.for([
  ['lost messages', { messagesLost: 2 }, true, 'Never worked off: 2 messages of 8,200.'],
  ['a group left over', { groupsLeftOver: 1 }, true, 'Not given back: 1 container group.'],
  ['a group paid for twice', { groupsCreatedTwice: 1 }, true, 'Paid for twice: 1 container group.'],
  ['a story that did not end', {}, false, 'did not come to its end'],
] as const)('%s make a failure, said instead of praise', ([, changed, complete, said]) => {
  const result = { figures: goodFigures(changed), complete };
  expect(failures(result)).toHaveLength(1);
  expect(told(result)).toContain(said);
  expect(told(result)).not.toContain('nothing is left running');
});

test('the table has a column for the comparison only when there is one, and regions only when there are several', () => {
  const alone = summary({ figures: goodFigures(), complete: true }, 30).join('\n');
  expect(alone).not.toContain('scale set alone');
  expect(alone).not.toContain('westeurope');
  const groupsByRegion = { westeurope: 10, northeurope: 30 };
  const lines = summary({ figures: goodFigures({ groupsByRegion }), complete: true, comparison }, 30);
  expect(lines.find((line) => line.startsWith('Longest wait'))).toMatch(/31 s +12 min$/);
  expect(lines.find((line) => line.includes('northeurope'))).toMatch(/30$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
});
