// Kinds made of kinds: maps with fixed names, maps with free names, lists. Because they know their parts, a problem deep
// inside one is told with what is allowed there, and the docs list every member.

import { z } from 'zod';
import type { Kind, Part } from './kinds.ts';
import { listAtMost } from './strict.ts';

/** A table of parts that names every member of T. */
export type PartsOf<T> = { [K in keyof T]-?: Part<Exclude<T[K], undefined>> };

/** A map with exactly these members. */
export function section<T extends object>(parts: PartsOf<T>): Kind<T> {
  const table = parts as unknown as Record<string, Part>;
  const shape = Object.entries(table).map(([name, { kind, required }]) => [
    name,
    required ? kind.schema : kind.schema.optional(),
  ]);
  const names = Object.keys(table);
  return {
    allowed: names.length === 0 ? 'an empty map: {}' : `a map with ${names.join(', ')}`,
    parts: table,
    schema: z.strictObject(Object.fromEntries(shape) as Record<string, z.ZodType>, {
      error: (issue) => (issue.code === 'unrecognized_keys' ? 'has members that it does not know' : 'is not a map'),
    }) as unknown as z.ZodType<T>,
  };
}

/** The same kind, where a plain value may stand for the whole map. */
export const orShort = <T>(kind: Kind<T>, allowed: string, lengthen: (found: unknown) => unknown): Kind<T> => ({
  ...kind,
  allowed,
  schema: z.preprocess(lengthen, kind.schema),
});

/** A list of at least `least` and at most `most` elements. */
export const listOf = <T>(items: Kind<T>, what: string, most: number, least = 1): Kind<T[]> => ({
  allowed: `a list of ${what}, at most ${most}`,
  items,
  schema: listAtMost(items.schema, most).refine((all) => all.length >= least, { error: 'is empty' }),
});

/** A map of names of one's own to values of a kind, at most `most`. */
export const mapOf = <T>(names: Kind<string>, items: Kind<T>, what: string, most: number): Kind<Record<string, T>> => ({
  allowed: `a map of names (${names.allowed}) to ${what}, at most ${most}`,
  items,
  schema: z
    .record(names.schema as z.ZodType<string, string>, items.schema, { error: 'is not a map' })
    .refine((map) => Object.keys(map).length <= most, { error: `has more than ${most} names` }),
});

/** true or false. */
export const yesNo: Kind<boolean> = {
  allowed: 'true or false',
  schema: z.boolean({ error: 'is neither true nor false' }),
};

/** Text that is not empty. */
export const anyText = (allowed: string, most: number): Kind<string> => ({
  allowed: `${allowed}, at most ${most} characters`,
  schema: z
    .string({ error: 'is not text: put it in quotes' })
    .min(1, { error: 'is empty' })
    .max(most, { error: `has more than ${most} characters` }),
});
