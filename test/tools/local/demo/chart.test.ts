import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawChart, inColumns, roundTop } from '../../../../tools/local/demo/chart.ts';
import { plainPen } from '../../../../tools/local/demo/pen.ts';

const colour = { lowerColour: 'cyan', upperColour: 'yellow' } as const;

test('a column is as high as its value', () => {
  expect(drawChart({ ...colour, lower: [0, 5, 10, 15, 20], top: 20, rows: 2 }, plainPen)).toEqual(['   ▄█', ' ▄███']);
});

test('the second series stands on the first: hatched without colours, in its own colour with them', () => {
  const chart = { ...colour, lower: [8, 4], upper: [8, 2], top: 16, rows: 2 };
  expect(drawChart(chart, plainPen)).toEqual(['▒ ', '██']);
  const pen = { colours: true, paint: (style: unknown, text: string) => `<${String(style)} ${text}>` };
  expect(drawChart(chart, pen)[0]).toBe('<yellow █> ');
  expect(drawChart(chart, pen)[1]).toBe('<cyan █><cyan ▆>');
});

test('whatever is more than nothing shows, and nothing does not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { minLength: 1 }),
      fc.integer({ min: 1, max: 8 }),
      (lower, rows) => {
        const lines = drawChart({ ...colour, lower, top: 1_000, rows }, plainPen);
        expect(lines).toHaveLength(rows);
        expect(new Set(lines.map((line) => line.length))).toEqual(new Set([lower.length]));
        expect((lines.at(-1) ?? '').split('').map((cell) => cell !== ' ')).toEqual(lower.map((value) => value > 0));
      },
    ),
  );
});

test('squeezing a story into columns keeps its peaks', () => {
  const values = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 500 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 90 }), (values, columns) => {
      const points = values.map((value, second) => ({ second, value }));
      const squeezed = inColumns(points, values.length, columns);
      expect(squeezed.length).toBeLessThanOrEqual(columns);
      expect(Math.max(...squeezed)).toBe(Math.max(...values));
    }),
  );
});

test('a scale ends at a round number, at the value or at most half as much again', () => {
  expect([0, 1, 25, 64, 859, 1_001].map(roundTop)).toEqual([1, 1, 25, 80, 1_000, 1_500]);
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (value) => {
      expect(roundTop(value)).toBeGreaterThanOrEqual(value);
      expect(roundTop(value)).toBeLessThanOrEqual(value * 1.5 + 1e-6);
    }),
  );
});
