// From what a schema rejected to problems a user can act on: the path to the value, the value itself where it may be shown,
// what is allowed at that place, and the valid name or value that is most like it.

import type { z } from 'zod';
import { inWords } from './in-words.ts';
import type { Kind } from './kinds.ts';
import { nearest } from './nearest.ts';
import { shown, type Problem } from './problem.ts';
import { isMap } from './strict.ts';

type ZodIssue = z.core.$ZodIssue;

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
  return { problems: explain(path, { kind, value: found, secret }, result.error.issues) };
}

function explain(path: string, whole: Place, issues: readonly ZodIssue[]): Problem[] {
  // What a map lacks may be the member whose name is misspelt.
  const misspelt = new Set<string>();
  const meant = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    misspelt.add(issue.path.join('.'));
    const { kind } = placeAt(whole, issue.path.map(String));
    for (const key of issue.keys) meant.add([...issue.path, nearest(key, membersOf(kind))].join('.'));
  }
  const told = issues.filter(({ code, path: keys }) =>
    code === 'custom'
      ? !misspelt.has(keys.join('.'))
      : !meant.has(keys.join('.')) || placeAt(whole, keys.map(String)).value !== undefined,
  );
  return told.flatMap((issue): Problem[] => {
    const keys = issue.path.map(String);
    const at = [path, ...keys].join('.');
    const place = placeAt(whole, keys);
    const { allowed, choices } = place.kind;
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(at, place.kind, key));
    if (issue.code === 'invalid_key') {
      const message = issue.issues[0]?.message ?? issue.message;
      return [{ path: at, value: undefined, message, allowed: placeAt(whole, keys.slice(0, -1)).kind.allowed }];
    }
    // Of what is a map or a word, a map is judged as a map.
    const ofMap = issue.code === 'invalid_union' && isMap(place.value) ? issue.errors.find(goesBelow) : undefined;
    if (ofMap) return explain(at, place, ofMap);
    if (place.value === undefined) return [{ path: at, value: undefined, message: 'is missing', allowed }];
    const meant = choices && typeof place.value === 'string' ? nearest(place.value, choices) : undefined;
    const found = shown(place.value, place.secret);
    const value = issue.code === 'invalid_type' && found === place.value && OTHER.test(found) ? `"${found}"` : found;
    return [{ path: at, value, message: issue.message, allowed, nearest: meant }];
  });
}

/** Text that reads as if it were none. */
const OTHER = /^(true|false|null|-?[\d.]+)$/;

const goesBelow = (issues: readonly ZodIssue[]): boolean =>
  issues.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys');

const membersOf = ({ parts = {} }: Kind<unknown>): string[] => Object.keys(parts);

function unknownKey(at: string, kind: Kind<unknown>, key: string): Problem {
  const known = membersOf(kind);
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
