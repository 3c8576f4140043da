// A section of a workload file as the text of an app setting: YAML, of which JSON is a part.

import { parse } from 'yaml';
import { z } from 'zod';
import { explain } from './explain.ts';
import type { Kind } from './kinds.ts';
import type { Problem } from './problem.ts';

/** Reads text as YAML and then as the section does; all that is wrong goes into one phrase. */
export function asText<T>(kind: Kind<T>): Kind<T> {
  const { allowed, schema } = kind;
  const read = z.string({ error: 'is not text' }).transform((text, context): T => {
    const refuse = (message: string): never => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const content = contentOf(text);
    if (!content) return refuse('is neither YAML nor JSON');
    const result = schema.safeParse(content.value);
    if (result.success) return result.data;
    return refuse(explain('', kind, content.value, result.error).map(phrase).join('; '));
  });
  return { allowed: `YAML or JSON: ${allowed}`, schema: read };
}

/** One problem within the text: where, what was found, what is allowed there and what was probably meant. */
function phrase({ path, value, message, allowed, nearest }: Problem): string {
  const found = value === undefined ? '' : ` (found: ${value})`;
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `${path.replace(/^\./, '')} ${message}${found}, allowed: ${allowed}${meant}`.trim();
}

function contentOf(text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text, { logLevel: 'error' }) };
  } catch {
    return undefined;
  }
}
