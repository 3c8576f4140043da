import type { z } from 'zod';
import { inWords } from '../workload/in-words.ts';

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
  return { problems: error.issues.map(({ path, message }) => `${path.join('.') || 'the body'} ${message}`).join('; ') };
}
