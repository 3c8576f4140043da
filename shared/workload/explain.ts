// From what a schema rejected to problems a user can act on: the path to the value, the value itself where it may be shown,
// what is allowed at that place, and the valid name or value that is most like it.

import type { ZodError } from 'zod';
import { inWords } from './in-words.ts';
import type { Kind } from './kinds.ts';
import { nearest } from './nearest.ts';
import { shown, type Problem } from './problem.ts';

interface Place {
  kind: Kind<unknown>;
  value: unknown;
  secret: boolean;
}

/** The value of this kind that was found at `path`, or all that is wrong with it. */
export function readValue<T>(
  path: string,
  kind: Kind<T>,
  found: unknown,
  secret = false,
): { value: T; problems?: never } | { value?: never; problems: Problem[] } {
  const result = kind.schema.safeParse(found, { error: inWords });
  if (result.success) return { value: result.data };
  return { problems: explain(path, { kind, value: found, secret }, result.error) };
}

function explain(path: string, whole: Place, error: ZodError): Problem[] {
  // What a map lacks may be the member whose name is misspelt.
  const misspelt = new Set(
    error.issues.filter(({ code }) => code === 'unrecognized_keys').map((issue) => issue.path.join('.')),
  );
  const told = error.issues.filter(({ code, path }) => code !== 'custom' || !misspelt.has(path.join('.')));
  return told.flatMap((issue) => {
    const keys = issue.path.map(String);
    const at = [path, ...keys].join('.');
    const place = placeAt(whole, keys);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(at, place.kind, key));
    const { allowed, choices } = place.kind;
    if (place.value === undefined) return [{ path: at, value: undefined, message: 'is missing', allowed }];
    return [
      {
        path: at,
        value: shown(place.value, place.secret),
        message: issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message,
        allowed,
        nearest: choices && typeof place.value === 'string' ? nearest(place.value, choices) : undefined,
      },
    ];
  });
}

function unknownKey(at: string, kind: Kind<unknown>, key: string): Problem {
  const known = Object.keys(kind.parts ?? {});
  const allowed = known.length > 0 ? known.join(', ') : kind.allowed;
  const message = 'is not a member of it';
  return { path: `${at}.${key}`, value: undefined, message, allowed, nearest: nearest(key, known) };
}

/** As deep as the kinds know what lies below them. A short form that is no map stands for the whole of it. */
function placeAt(from: Place, keys: string[]): Place {
  let place = from;
  for (const key of keys) {
    const part = memberOf(place.kind.parts ?? {}, key);
    const kind = part?.kind ?? place.kind.items;
    if (kind === undefined) break;
    const whole = place.kind.unpack ? place.kind.unpack(place.value) : place.value;
    const value = typeof whole === 'object' && whole !== null ? memberOf<unknown>(whole, key) : whole;
    place = { kind, value, secret: place.secret || part?.secret === true };
  }
  return place;
}

const memberOf = <T>(map: Readonly<Record<string, T>> | object, key: string): T | undefined =>
  Object.hasOwn(map, key) ? (map as Readonly<Record<string, T>>)[key] : undefined;
