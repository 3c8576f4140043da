// What a schema rejects, in words that follow a path, wherever the schema itself has none of its own.

import type { z } from 'zod';

const NOT: Readonly<Record<string, string>> = {
  number: 'is not a number',
  int: 'is not a whole number',
  string: 'is not text',
  boolean: 'is neither true nor false',
  array: 'is not a list',
  object: 'is not a map',
  record: 'is not a map',
};
const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'elements', record: 'names' };

/** An error map for `safeParse`. */
export function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'too_small') return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive === true);
  if (issue.code === 'too_big') return tooBig(issue.origin, Number(issue.maximum), issue.inclusive === true);
  if (issue.code === 'unrecognized_keys') return 'has members that it does not know';
  if (issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type') return NOT[issue.expected];
  if (issue.code === 'invalid_format') return 'does not have the form of one';
  return issue.code === 'invalid_value' ? 'is not one of the allowed values' : 'is not what is allowed';
}

function tooSmall(origin: string, least: number, inclusive: boolean): string {
  const unit = UNITS[origin];
  if (unit === undefined) return inclusive ? `is below ${least}` : `is not above ${least}`;
  return least === 1 ? 'is empty' : `has fewer than ${least} ${unit}`;
}

function tooBig(origin: string, most: number, inclusive: boolean): string {
  const unit = UNITS[origin];
  if (unit === undefined) return inclusive ? `is above ${most}` : `is not below ${most}`;
  return `has more than ${most} ${unit}`;
}
