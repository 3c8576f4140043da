// Takes a hint in: a load that somebody expects at a time. It is stored as a signal of its own with an expiry, and an
// evaluation is asked for; whether and when it starts anything is decided there.

import { z } from 'zod';
import { readValue } from '../workload/explain.ts';
import { nearest } from '../workload/nearest.ts';
import { formatProblem } from '../workload/problem.ts';
import { described, isMap, judged, oneOf, strict } from '../workload/strict.ts';
import { MOST_HINTS, type Hint } from '../ports/stores.ts';
import { expectedText } from '../signals/hints.ts';
import type { Workload } from '../workload/workload.ts';
import type { Context } from './context.ts';
import { parseJson } from './parse-json.ts';

export type HintAnswer =
  | { status: 202; message: string; id: string; expiresAt: string }
  | { status: 400 | 404 | 409; error: string; problems?: string[] };

const MOST_MINUTES = 24 * 60;
const USUAL_MINUTES = 30;
/** A hint of a time so long past is a mistake of a clock or a zone. */
const PAST_MS = 3_600_000;
const AHEAD_MS = 31 * 24 * 3_600_000;
const LARGEST_CHARACTERS = 10_000;

const SHAPE = '{"load": 50, "unit": "messages-per-second", "at": "2026-11-27T18:00:00Z", "minutes": 30}';

// Parses the time that a hint names; nothing here asks for the present one.
// oxlint-disable-next-line no-restricted-globals
const timeFrom = (text: string): number => Date.parse(text);

function whenWrong(text: string, now: number): string | undefined {
  const at = timeFrom(text);
  if (at < now - PAST_MS) return 'is more than an hour ago';
  return at > now + AHEAD_MS ? 'is more than 31 days ahead' : undefined;
}

const UNITS = ['messages-per-second', 'replicas'] as const;

const areRight =
  (...members: string[]) =>
  ({ value, issues }: z.core.ParsePayload): boolean =>
    isMap(value) && !issues.some(({ path: [member = ''] = [] }) => members.includes(String(member)));

/** What may be sent now to a workload with these signals for hints. */
function hintKind(now: number, signals: string[]) {
  const schema = strict({
    load: z.number().min(0).max(1e9),
    unit: z.enum(UNITS).optional(),
    at: z.iso
      .datetime({ offset: true, error: 'is not a time' })
      .superRefine(judged((text) => whenWrong(text, now)))
      .optional(),
    minutes: z.number().positive().max(MOST_MINUTES).default(USUAL_MINUTES),
    signal: z
      .string()
      .refine((name) => signals.includes(name), { error: 'takes no hints' })
      .optional(),
    id: z.string().trim().min(1).max(100).optional(),
  })
    .refine(({ unit, signal }) => unit === undefined || signal === undefined, {
      error: 'does nothing beside signal, which has a unit of its own',
      path: ['unit'],
      when: areRight('unit'),
    })
    .refine(({ at, minutes }) => at === undefined || timeFrom(at) + minutes * 60_000 > now, {
      error: 'is over already',
      path: ['at'],
      when: areRight('at', 'minutes'),
    });
  const parts = described({
    load: ['a number from 0 to 1000000000', 'What is expected.'],
    unit: oneOf(UNITS, 'What the load counts.'),
    at: ['a time such as 2026-11-27T18:00:00Z, from an hour ago to 31 days ahead', 'When it comes; absent: now.'],
    minutes: [`a number above 0, at most ${MOST_MINUTES}`, 'How long from then on.'],
    signal: [
      signals.join(', ') || 'none, because no signal with hint is declared',
      'Whose value it is.',
      { choices: signals },
    ],
    id: ['text of 1 to 100 characters', 'One that is sent again replaces it.'],
  });
  return { allowed: SHAPE, schema, parts };
}

/** `name` is the workload of the address, `text` the body. */
export async function takeHint(context: Context, name: string, text: string): Promise<HintAnswer> {
  const { ports, workloads, log } = context;
  const workload = workloads.find((one) => one.name === name);
  if (!workload) return unknown(name, workloads);
  const now = ports.clock.now();
  const read = hintOf(text, workload, now);
  if ('problems' in read) {
    return {
      status: 400,
      error: `This is no hint. Send ${SHAPE}. ${read.problems.join(' ')}`,
      problems: read.problems,
    };
  }
  const { hint } = read;
  if (!(await ports.hints.put(name, hint, now))) {
    const error = `${name} has ${MOST_HINTS} hints already; they end by themselves, and one of the same id is replaced.`;
    return { status: 409, error };
  }
  await ports.evaluations.request(name, 'hint');
  log.info('hint', { workload: name, id: hint.id, load: hint.load, unit: hint.unit, at: hint.at });
  const expiresAt = timeOf(hint.expiresAt);
  const what = hint.signal === undefined ? expectedText(hint) : `${hint.load} of ${hint.signal}`;
  const message = `${name} expects ${what} from ${timeOf(hint.at)} to ${expiresAt}.`;
  return { status: 202, message, id: hint.id, expiresAt };
}

function unknown(name: string, workloads: Workload[]): HintAnswer {
  const names = workloads.map((one) => one.name);
  const meant = nearest(name, names);
  const hint = meant ? ` Did you mean ${meant}?` : '';
  const error = `There is no workload ${name.slice(0, 64)}.${hint} Workloads: ${names.join(', ') || 'none'}.`;
  return { status: 404, error };
}

function hintOf(text: string, { scaling }: Workload, now: number): { hint: Hint } | { problems: string[] } {
  if (text.length > LARGEST_CHARACTERS)
    return { problems: [`the body is longer than ${LARGEST_CHARACTERS} characters`] };
  const body = parseJson(text);
  if (body === undefined) return { problems: ['the body is not JSON'] };
  const signals = (scaling.signals ?? []).filter((each) => each.hint !== undefined).map(({ name }) => name);
  const read = readValue('body', hintKind(now, signals), body);
  if (read.problems) return { problems: read.problems.map(formatProblem) };
  const { load, unit = 'messages-per-second', minutes, signal, ...given } = read.value;
  const at = given.at === undefined ? now : timeFrom(given.at);
  // Without an id, one hint for each moment and signal: sent twice, it is still one.
  const id = given.id ?? [signal, timeOf(at)].filter(Boolean).join(' ');
  return { hint: { id, ...(signal !== undefined && { signal }), load, unit, at, expiresAt: at + minutes * 60_000 } };
}

// oxlint-disable-next-line no-restricted-globals
const timeOf = (at: number): string => new Date(at).toISOString();
