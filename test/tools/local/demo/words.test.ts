import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockText, plural, shareText, spanText, wrap } from '../../../../tools/local/demo/words.ts';

test('a share is none or all only when it is exactly that', () => {
  expect([shareText(0), shareText(1)]).toEqual(['none', '100 %']);
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (share) => {
      expect(shareText(share)).not.toMatch(/^(none|0 %|0\.0 %|100 %)$/);
    }),
  );
});

test('times have the unit that suits them', () => {
  expect([4.04, 31.4, 119, 720, 7_200].map(spanText)).toEqual(['4 s', '31 s', '119 s', '12 min', '2 h']);
  expect([0, 65, 3_725].map(clockText)).toEqual(['00:00', '01:05', '1:02:05']);
  expect([1, 2, 1200].map((count) => plural(count, 'group'))).toEqual(['1 group', '2 groups', '1,200 groups']);
});

test('wrapped text keeps every word, and no line is longer than asked unless one word is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^\w{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      (words, width) => {
        const lines = wrap(words.join(' '), width);
        expect(lines.join(' ').split(' ')).toEqual(words);
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
      },
    ),
  );
});
