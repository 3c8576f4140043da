// Maps whose keys are a closed list, with the nearest valid key when one is misspelt.

import { z } from 'zod';
import type { Kind, Part } from './kinds.ts';
import { nearest } from './nearest.ts';

/** A map with these keys and no others; the message about another key names the one that was probably meant. */
export const strict = <T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return 'is not a map';
      const known = Object.keys(shape);
      const found = issue.keys.map((key) => {
        const meant = nearest(key, known);
        return meant ? `${key} (did you mean ${meant}?)` : key;
      });
      return `has no ${found.join(', no ')}; it has ${known.join(', ')}`;
    },
  });

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** For a check of which members a map has: it holds although one of them is wrong. */
export const ofMembers = (error: string): { error: string; when: (payload: z.core.ParsePayload) => boolean } => ({
  error,
  when: ({ value }) => isMap(value),
});

/** A list that has too many elements is told of these, too: `max` of the library would end there. */
export const listAtMost = <T>(element: z.ZodType<T>, most: number, what = 'elements'): z.ZodType<T[]> =>
  z.array(element, { error: 'is not a list' }).refine((all) => all.length <= most, {
    error: `has more than ${most} ${what}`,
    when: ({ value }) => Array.isArray(value),
  });

/** Adds what a judge finds wrong. */
export const judged =
  (judge: (value: string) => string | undefined) =>
  (value: string, context: z.RefinementCtx<string>): void => {
    const message = judge(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };

/** What each member of a map allows and does, for messages and docs; the schema of the whole checks it. */
export const described = (members: Record<string, Described>): Record<string, Part> =>
  Object.fromEntries(
    Object.entries(members).map(([name, [allowed, help, inner]]) => [
      name,
      { kind: { allowed, schema: z.unknown(), ...inner }, help },
    ]),
  );

/** With what lies below it, where that has names of its own. */
export type Described = readonly [
  allowed: string,
  help: string,
  inner?: Pick<Kind<unknown>, 'parts' | 'items' | 'choices'>,
];

/** Elements of a list that are maps with these members. */
export const eachMap = (allowed: string, members: Record<string, Described>): Kind<unknown> => ({
  allowed,
  schema: z.unknown(),
  parts: described(members),
});

/** A member whose value is one of a closed list of words. */
export const oneOf = (choices: readonly string[], help: string): Described => [choices.join(', '), help, { choices }];
