// Formulas over named numbers, such as `max(orders, 2 * mails)`: evaluated by filtrex, which runs no code of the user.
// Whatever is not a finite number of zero or more is no answer, so that a formula never asks for less by accident.

import { compileExpression } from 'filtrex';

/** Words that are no names of signals. */
const WORDS = new Set(['and', 'or', 'not', 'in', 'of', 'mod', 'if', 'then', 'else']);
const FUNCTIONS = new Set(['abs', 'ceil', 'floor', 'log', 'log2', 'log10', 'max', 'min', 'round', 'sqrt']);

/** What is wrong with the form of a formula; undefined when it can be evaluated. */
export function formulaProblem(formula: string): string | undefined {
  try {
    compileExpression(formula);
  } catch (error) {
    return `is not a formula: ${(error as Error).message.replaceAll(/\s*\n\s*/g, ' ')}`;
  }
  const unknown = calledIn(formula).find((name) => !FUNCTIONS.has(name));
  return unknown && `calls ${unknown}, and there is only ${[...FUNCTIONS].join(', ')}`;
}

/** The names that a formula uses, each once. */
export const namesIn = (formula: string): string[] => [
  ...new Set(
    [...formula.matchAll(/[A-Za-z_]\w*(?![\w(]|\s*\()/g)].map(([name]) => name).filter((name) => !WORDS.has(name)),
  ),
];

const calledIn = (formula: string): string[] =>
  [...formula.matchAll(/([A-Za-z_]\w*)\s*\(/g)].map(([, name = '']) => name).filter((name) => !WORDS.has(name));

/** The formula's value, or the problem that it has none. Never throws. */
export function evaluateFormula(
  formula: string,
  values: Record<string, number>,
): { value: number } | { problem: string } {
  try {
    const result: unknown = compileExpression(formula)(values);
    if (result instanceof Error) return { problem: result.message };
    const value = typeof result === 'boolean' ? Number(result) : result;
    if (typeof value !== 'number' || !Number.isFinite(value)) return { problem: 'the formula gives no number' };
    return value < 0
      ? { problem: `the formula gives ${Number(value.toPrecision(3))}, which is below zero` }
      : { value };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
