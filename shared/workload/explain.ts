// From what a schema rejected to problems a user can act on: the path to the value, the value itself where it may be shown,
// what is allowed at that place, and the valid name or value that is most like it.

import type { ZodError } from 'zod';
import type { Kind } from './kinds.ts';
import { nearest } from './nearest.ts';
import { shown, type Problem } from './problem.ts';

interface Place {
  kind: Kind<unknown>;
  value: unknown;
  secret: boolean;
}

/** The problems of a value of this kind that was found at `path` and rejected with `error`. */
export function explain(path: string, kind: Kind<unknown>, found: unknown, error: ZodError, secret = false): Problem[] {
  return error.issues.flatMap((issue) => {
    const keys = issue.path.map(String);
    const at = [path, ...keys].join('.');
    const place = placeAt({ kind, value: found, secret }, keys);
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
    const part = place.kind.parts?.[key];
    const kind = part?.kind ?? place.kind.items;
    if (kind === undefined) break;
    const value =
      typeof place.value === 'object' && place.value !== null
        ? (place.value as Record<string, unknown>)[key]
        : place.value;
    place = { kind, value, secret: place.secret || part?.secret === true };
  }
  return place;
}
