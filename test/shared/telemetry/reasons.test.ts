import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REASONS, sentence, shortly, type ReasonCode } from '../../../shared/telemetry/reasons.ts';
import { namesIn, worded } from '../../../shared/telemetry/wording.ts';

const CODES = Object.keys(REASONS) as ReasonCode[];
const filled = (code: ReasonCode, value: number): string =>
  sentence({ code, values: Object.fromEntries(namesIn(REASONS[code].sentence).map((name) => [name, value])) });

const PLURALS =
  /\b1 (?:\w+ )?(?:actions|addresses|bursts|changes|deletes|groups|instances|messages|minutes|replicas|requests|times)\b/;
const VERBS = /\b1 (?:are|come|do|drain|go|have|serve|start|stay|were)\b/;

describe('the sentences of reasons', () => {
  it('fit the numbers in them: one is not many', () => {
    for (const code of CODES) {
      expect(filled(code, 1)).not.toMatch(PLURALS);
      expect(filled(code, 1)).not.toMatch(VERBS);
      expect(filled(code, 2)).not.toMatch(/[{|}]/);
    }
  });

  it('have a place for a number, for a number with its noun, and for one with two forms', () => {
    const template = '{a} of {a replica}: {b group goes|groups go}, {c} stays.';
    expect(worded(template, { a: 1, b: 0 })).toBe('1 of 1 replica: 0 groups go, {c} stays.');
    expect(worded(template, { a: 2, b: 1, c: 'x' })).toBe('2 of 2 replicas: 1 group goes, x stays.');
    expect(namesIn(template)).toEqual(['a', 'a', 'b', 'c']);
  });
});

describe('a number of a sentence', () => {
  it('is told so exactly, however small, that what follows from it can be worked out again', () => {
    const sizes = fc.double({ min: -6, max: 6, noNaN: true }).map((power) => 10 ** power);
    fc.assert(
      fc.property(sizes, fc.constantFrom(-1, 1), (size, sign) => {
        expect(Math.abs(shortly(sign * size) - sign * size)).toBeLessThanOrEqual(size * 0.0051);
        expect(String(shortly(sign * size))).toMatch(/^-?(0\.0*\d{1,3}|\d+(\.\d\d?)?)$/);
      }),
    );
  });

  it('is nothing where it is only what is left of two that are equal', () => {
    expect(shortly(0.1 + 0.2 - 0.3)).toBe(0);
  });
});
