import type { z } from 'zod';
import { inWords } from '../workload/in-words.ts';
import { nearest } from '../workload/nearest.ts';
import { isMap } from '../workload/strict.ts';

/** The JSON of a request's body; undefined when it is none, which no schema of ours allows. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A request's body as its schema reads it, or all that is wrong with it. */
export function readBody<T>(
  schema: z.ZodType<T>,
  text: string,
): { value: T; problems?: never } | { value?: never; problems: string } {
  const body = parseJson(text);
  if (body === undefined) return { problems: 'the body is not JSON' };
  const { data, error } = schema.safeParse(body, { error: inWords });
  if (!error) return { value: data };
  const told = error.issues.map(
    (issue) => `${issue.path.join('.') || 'the body'} ${issue.message}${choices(issue, body)}`,
  );
  return { problems: told.join('; ') };
}

/** What a closed list allows, and what was probably meant. */
function choices(issue: z.core.$ZodIssue, body: unknown): string {
  if (issue.code !== 'invalid_value') return '';
  const allowed = issue.values.map(String);
  const found = issue.path.reduce((at, key) => (isMap(at) ? at[String(key)] : undefined), body);
  const meant = typeof found === 'string' ? nearest(found, allowed) : undefined;
  return ` (${allowed.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`})`;
}
