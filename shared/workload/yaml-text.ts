// A section of a workload file as the text of an app setting: YAML, of which JSON is a part.

import { parse } from 'yaml';
import { z } from 'zod';
import type { Kind } from './kinds.ts';

/** Reads text as YAML and then as the section does. */
export function asText<T>(kind: Kind<T>): Kind<T> {
  const content = z.string({ error: 'is not text' }).transform((text, context): unknown => {
    const found = contentOf(text);
    if (found) return found.value;
    context.addIssue({ code: 'custom', message: 'is neither YAML nor JSON' });
    return z.NEVER;
  });
  return {
    ...kind,
    allowed: `YAML or JSON: ${kind.allowed}`,
    schema: content.pipe(kind.schema),
    unpack: (text) => (typeof text === 'string' && contentOf(text)?.value) || text,
  };
}

function contentOf(text: string): { value: unknown } | undefined {
  try {
    return { value: parse(text, { logLevel: 'error' }) };
  } catch {
    return undefined;
  }
}
