import { readFileSync, rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { hostLog } from '../../../../tools/local/demo/host-log.ts';

const told: string[] = [];
const log = hostLog('host-log-test.log', {
  decision: () => told.push('decision'),
  trouble: () => told.push('trouble'),
});
afterAll(() => rmSync(log.file));

test('every line is kept, whether anybody who watches hears of it or not', () => {
  const line = {
    time: '2026-01-01T00:00:00Z',
    level: 'debug',
    function: 'sweeper',
    invocationId: 'i',
    message: 'swept',
  };
  log.take(line);
  log.take({ ...line, level: 'information', message: 'a plain line' });
  expect(told).toEqual([]);
  expect(
    readFileSync(log.file, 'utf8')
      .trim()
      .split('\n')
      .map((kept) => JSON.parse(kept).message),
  ).toEqual(['swept', 'a plain line']);
});
