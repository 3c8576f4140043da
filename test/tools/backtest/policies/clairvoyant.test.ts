import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { highestAhead, tautString } from '../../../../tools/backtest/policies/clairvoyant.ts';

test('between two walls the string runs straight as long as it can', () => {
  const lower = Float64Array.of(0, 0, 0, 0, 0, 4, 8);
  const upper = Float64Array.of(0, 0, 4, 8, 8, 8, 8);
  expect([...tautString(lower, upper)]).toEqual([0, 1.6, 1.6, 1.6, 1.6, 1.6]);
});

test('the string stays between the walls, wherever they are, and never falls', () => {
  const steps = fc.array(fc.record({ arrive: fc.nat(20) }), { minLength: 2, maxLength: 80 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10 }), (story, wait) => {
      const upper = new Float64Array(story.length + 1);
      for (const [step, { arrive }] of story.entries()) upper[step + 1] = (upper[step] ?? 0) + arrive;
      const lower = Float64Array.from(upper, (_, step) => upper[Math.max(0, step - wait)] ?? 0);
      let height = 0;
      for (const [step, slope] of tautString(lower, upper).entries()) {
        height += slope;
        expect(slope).toBeGreaterThanOrEqual(0);
        expect(height).toBeGreaterThanOrEqual((lower[step + 1] ?? 0) - 1e-6);
        expect(height).toBeLessThanOrEqual((upper[step + 1] ?? 0) + 1e-6);
      }
    }),
  );
});

test('the highest value ahead is that of a plain search', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 60 }), fc.nat(12), (values, seconds) => {
      const plain = values.map((_, second) => Math.max(...values.slice(second, second + seconds + 1)));
      expect([...highestAhead(Uint16Array.from(values), seconds)]).toEqual(plain);
    }),
  );
});
