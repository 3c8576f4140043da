import { expect, test } from 'vitest';
import { readTrace } from '../../../../tools/local/demo/trace-file.ts';
import { traceFiles } from '../../../support/trace-file.ts';

const trace = traceFiles();

test('a trace is read with or without a header, and its last column counts', async () => {
  const expected = { seconds: 10, rates: [3, 0, 1.5] };
  expect(await readTrace(await trace('count\n30\n0\n15\n'), 10)).toEqual(expected);
  expect(await readTrace(await trace('\n0,30\r\n1,0\r\n2,15\r\n\r\n'), 10)).toEqual(expected);
});

test.each([
  { what: 'a time of day, past midnight', text: '23:59,1\n0:00,2\n00:01,3\n' },
  { what: 'ISO 8601', text: 'time,count\n2026-03-29T01:59:00+01:00,1\n2026-03-29T01:00:00Z,2\n2026-03-29 01:01,3\n' },
  { what: 'seconds', text: 'a,1767225600,1\nb,1767225660,2\nc,1767225720,3\n' },
  { what: 'milliseconds', text: '1767225600000,1\n1767225660000,2\n1767225720000,3\n' },
  { what: 'something else', text: 'mon,1\ntue,2\n12,3\n' },
])('time stamps may be $what', async ({ text }) => {
  expect((await readTrace(await trace(text), 60)).rates).toEqual([1 / 60, 2 / 60, 3 / 60]);
});

test('minutes without seconds may stand for shorter counts', async () => {
  expect((await readTrace(await trace('09:00,1\n09:00,2\n09:01,3\n09:01,4\n'), 30)).rates).toHaveLength(4);
});

test.for([
  ['a word among the counts', 'count\n1\nmany\n', /line 3: "many" is not a count/],
  ['a missing count', '1\n09:01,\n', /line 2: "09:01," is not a count/],
  ['a negative count', '1\n-1\n', /line 2/],
  ['a negative first count, which is no header', '-3\n1\n', /line 1: "-3" is not a count/],
  ['a misspelt first count, which is no header', '12x\n1\n', /line 1: "12x" is not a count/],
  ['a blank line inside', '1\n\n2\n', /line 2: is blank/],
  ['several wrong lines', '1\nx\n2\ny\n\nz\n', /line 2: "x"[^]*line 4: "y"[^]*line 5[^]*line 6: "z"/],
  [
    'more wrong lines than one wants to read',
    `1\n${'x\n'.repeat(15)}`,
    /line 11: "x" is not a count[^\n]*\nand 5 more lines$/,
  ],
  ['eleven wrong lines', `1\n${'x\n'.repeat(11)}`, /\nand 1 more line$/],
  ['five hours missing', '09:00,1\n09:01,2\n14:01,3\n14:02,4\n', /line 3: is 18000 s after[^\n]* stands for 60 s\.$/],
  ['counts of another length', '2026-01-01T00:00Z,1\n2026-01-01T00:05Z,2\n', /line 2: is 300 s after/],
  ['the times in the last column', 'count,time\n5,1767225600\n6,1767225660\n', /line 2: "1767225600" is a time/],
  ['a torn line', '1767225600,5\n1767225660\n1767225720,6\n', /line 2: "1767225660" has 1 column, and line 1 has 2\.$/],
  ['a line with a column more', 'time,count\na,5\nb,1,200\n', /line 3: "b,1,200" has 3 columns, and line 2 has 2\.$/],
  ['a file without counts', 'count\n', /holds no counts/],
  ['an empty file', '\n', /holds no counts/],
] as const)('a trace with %s is refused with its place', async ([, text, problem]) => {
  await expect(readTrace(await trace(text), 60)).rejects.toThrow(problem);
});

test('a trace that is not there is refused by name', async () => {
  await expect(readTrace('nowhere.csv', 60)).rejects.toThrow(/nowhere\.csv cannot be read: there is no/);
});
