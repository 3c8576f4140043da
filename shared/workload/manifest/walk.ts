// Walks a manifest by the tables of what is supported: what is refused, unknown or of a wrong shape becomes a problem, what
// is left out a note. A null counts as absent, as it does for Kubernetes, and what is empty where nothing is read from it.

import { canonicalJson } from '../revision.ts';
import { nearest } from '../nearest.ts';
import { shown, type Problem } from '../problem.ts';
import { isMap } from '../strict.ts';
import { quantity } from './quantity.ts';
import type { Fields, Shape, Support } from './support.ts';

/** Something that is left out, or is not quite as it was declared. */
export interface Note {
  path: string;
  message: string;
}

export interface Findings {
  problems: Problem[];
  notes: Note[];
  /** True when something has not the shape it must have, so that the rest cannot be read either. */
  malformed: boolean;
}

export function walk(fields: Fields, value: unknown, path: string, found: Findings): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    malformed({ path, value: shown(value, true), message: 'is not a map', allowed: 'a map' }, found);
    return;
  }
  for (const [name, { required }] of Object.entries(fields)) {
    if (!required || !isAbsent((value as Record<string, unknown>)[name])) continue;
    malformed({ path: joined(path, name), value: undefined, message: 'is missing', allowed: 'a value' }, found);
  }
  for (const [key, member] of Object.entries(value)) {
    const support = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (isAbsent(member) && !isRead(support, member)) continue;
    const at = joined(path, key);
    if (support) visit(support, member, at, found);
    else found.problems.push(unknown(fields, key, at));
  }
}

const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

const isAbsent = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);

/** What is read must have its shape although it is empty. */
const isRead = (support: Support | undefined, member: unknown): boolean =>
  member !== null && (support?.shape ?? support?.fields) !== undefined;

function visit(support: Support, value: unknown, path: string, found: Findings): void {
  const { refused, except = [], left, fields, shape } = support;
  if (refused !== undefined) {
    if (except.some((each) => canonicalJson(each) === canonicalJson(value))) return;
    const usual = except.map((each) => JSON.stringify(each)).join(' or ');
    const allowed = usual === '' ? 'to leave it out' : `${usual}, or to leave it out`;
    found.problems.push({ path, value: plain(value), message: `is refused: ${refused}`, allowed });
  } else if (left !== undefined) {
    found.notes.push({ path, message: `left out: ${left}` });
  } else if (shape !== undefined && !SHAPES[shape].fits(value)) {
    const { allowed } = SHAPES[shape];
    const problem = { path, value: plain(value), message: `is not ${allowed}`, allowed };
    // The rest can be read without it.
    if (shape === 'quantity') found.problems.push(problem);
    else malformed(problem, found);
  } else if (fields && support.list) {
    if (Array.isArray(value)) value.forEach((each, index) => walk(fields, each, `${path}.${index}`, found));
    else malformed({ path, value: plain(value), message: 'is not a list', allowed: 'a list' }, found);
  } else if (fields) {
    walk(fields, value, path, found);
  }
}

function malformed(problem: Problem, found: Findings): void {
  found.problems.push(problem);
  found.malformed = true;
}

// A manifest may hold secrets anywhere: only what is short and plain is repeated.
const plain = (value: unknown): string | undefined =>
  typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;

function unknown(fields: Fields, key: string, path: string): Problem {
  const known = Object.keys(fields);
  const allowed = known.length > 0 ? known.join(', ') : 'nothing';
  return {
    path,
    value: undefined,
    message: 'is not a field that is known here',
    allowed,
    nearest: nearest(key, known),
  };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isScalar = (value: unknown): value is string | number => isText(value) || typeof value === 'number';

const SHAPES: Record<Shape, { allowed: string; fits: (value: unknown) => boolean }> = {
  text: { allowed: 'text', fits: isText },
  texts: { allowed: 'a list of texts', fits: (value) => Array.isArray(value) && value.every(isText) },
  number: { allowed: 'a whole number', fits: (value) => Number.isInteger(value) },
  flag: { allowed: 'true or false', fits: (value) => typeof value === 'boolean' },
  scalar: { allowed: 'text or a number', fits: isScalar },
  quantity: {
    allowed: 'a quantity such as 250m or 128Mi',
    fits: (value) => isScalar(value) && quantity(value) !== undefined,
  },
  map: {
    allowed: 'a map of texts',
    fits: (value) => isMap(value) && Object.values(value).every(isText),
  },
};
