import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { lastEntry } from '../../../shared/azure/ledger.ts';

const entry = { at: 1000, day: 20_782, dayUsd: 1.25, usdPerHour: 0.4 };
const line = JSON.stringify(entry);

it('the last line that is an entry counts', () => {
  expect(lastEntry(`${JSON.stringify({ ...entry, at: 1 })}\n${line}\n`)).toEqual(entry);
});

it('a torn or odd last line falls back to the one before it', () => {
  const odd = fc.oneof(
    fc.integer({ min: 1, max: line.length - 1 }).map((length) => line.slice(0, length)),
    fc.string().filter((text) => !text.includes('\n')),
    fc.json().filter((text) => !text.includes('\n')),
    fc.constant(JSON.stringify({ ...entry, dayUsd: 'much' })),
  );
  fc.assert(
    fc.property(odd, (text) => {
      expect(lastEntry(`${line}\n${text}`)).toEqual(entry);
    }),
  );
});

it('a tail that begins in the middle of a line is no obstacle', () => {
  expect(lastEntry(`${line.slice(20)}\n${line}\n`)).toEqual(entry);
});

it('where no line is an entry there is none', () => {
  expect(lastEntry('')).toBeUndefined();
  expect(lastEntry('x\n{}\nnull\n')).toBeUndefined();
});
