// A section of a workload file as the text of an app setting: YAML, of which JSON is a part.

import { parse } from 'yaml';
import { z } from 'zod';
import type { Kind } from './kinds.ts';

/** Reads text as YAML and then as the section does; all that is wrong goes into one phrase. */
export function asText<T>({ allowed, schema }: Kind<T>): Kind<T> {
  const read = z.string({ error: 'is not text' }).transform((text, context): T => {
    const refuse = (message: string): never => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const content = contentOf(text);
    if (!content) return refuse('is neither YAML nor JSON');
    const result = schema.safeParse(content.value);
    if (result.success) return result.data;
    return refuse(
      result.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(' ')).join('; '),
    );
  });
  return { allowed: `YAML or JSON: ${allowed}`, schema: read };
}

function contentOf(text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text, { logLevel: 'error' }) };
  } catch {
    return undefined;
  }
}
