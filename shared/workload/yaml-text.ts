// A section of a workload file as the text of an app setting: YAML, of which JSON is a part.

import { z } from 'zod';
import type { Kind } from './kinds.ts';
import { readYaml } from './yaml-content.ts';

/** Reads text as YAML and then as the section does. */
export function asText<T>(kind: Kind<T>): Kind<T> {
  const content = z.string({ error: 'is not text' }).transform((text, context): unknown => {
    const read = readYaml(text);
    if ('value' in read) return read.value;
    context.addIssue({ code: 'custom', message: read.problem });
    return z.NEVER;
  });
  return {
    ...kind,
    allowed: `YAML or JSON: ${kind.allowed}`,
    schema: content.pipe(kind.schema),
    unpack: (text) => {
      const read = readYaml(String(text));
      return 'value' in read ? read.value : text;
    },
  };
}
