import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainPen } from '../../../../tools/local/demo/pen.ts';
import { drawPicture, type Picture } from '../../../../tools/local/demo/view.ts';

const START = Date.UTC(2026, 0, 1);

const picture = (changed: Partial<Picture> = {}): Picture => ({
  title: 'a steady load grows twentyfold for five minutes',
  history: Array.from({ length: 90 }, (_, second) => ({
    second,
    load: 25,
    backlog: second * 9,
    baseReplicas: 8,
    burstReplicas: Math.max(0, second - 50),
    groups: 40,
  })),
  span: 620,
  speed: 19.6,
  start: START,
  decisions: [
    { at: START + 72_000, headline: 'grows the scale set', reasons: ['The first thought.', 'The last thought.'] },
    { at: START + 32_000, headline: 'creates 18 groups', reasons: ['44 messages wait.'] },
  ],
  troubles: [],
  ...changed,
});

test('a picture says how it stands now, and what was decided last and why', () => {
  const text = drawPicture(picture(), { columns: 100, rows: 40 }, plainPen).join('\n');
  expect(text).toMatch(/^Spillway: a steady load .* 01:29 simulated, speed 20$/m);
  expect(text).toMatch(/^Backlog +801 messages +peak 801$/m);
  expect(text).toMatch(/^Replicas +█ 8 base +▒ 39 burst +1 more group starting or ending +peak 47$/m);
  expect(text).toMatch(
    /01:12 +Spillway grows the scale set\n +The last thought\.\n +The first thought\.\n00:32 +Spillway/,
  );
});

test('the last problem takes the place of the hint how to end', () => {
  const trouble = { at: START, level: 'error', text: 'the host is gone' } as const;
  const [calm, troubled] = [picture(), picture({ troubles: [trouble, trouble] })].map((each) =>
    drawPicture(each, { columns: 80, rows: 24 }, plainPen).at(-1),
  );
  expect(calm).toContain('Ctrl+C');
  expect(troubled).toBe('2 problems, the last: the host is gone');
});

test('a picture fits every terminal of at least 40 columns, full or empty', () => {
  const size = fc.record({ columns: fc.integer({ min: 40, max: 250 }), rows: fc.integer({ min: 2, max: 80 }) });
  const pictures = fc.constantFrom(picture(), picture({ history: [], decisions: [] }));
  fc.assert(
    fc.property(size, pictures, (size, shown) => {
      const lines = drawPicture(shown, size, plainPen);
      expect(lines.length).toBeLessThan(size.rows);
      for (const line of lines) expect(line.length).toBeLessThan(size.columns);
    }),
  );
});
