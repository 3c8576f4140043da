// Takes a hint in: a load that somebody expects at a time. It is stored as a signal of its own with an expiry, and an
// evaluation is asked for; whether and when it starts anything is decided there.

import { z } from 'zod';
import { nearest } from '../workload/nearest.ts';
import { strict } from '../workload/strict.ts';
import { MOST_HINTS, type Hint } from '../ports/stores.ts';
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

const schema = strict({
  load: z.number().min(0).max(1e9),
  unit: z
    .enum(['messages-per-second', 'replicas'], { error: 'is neither messages-per-second nor replicas' })
    .default('messages-per-second'),
  /** When the load comes; now, when it is left out. */
  at: z.iso.datetime({ offset: true, error: 'is not a time such as 2026-11-27T18:00:00Z' }).optional(),
  /** From then on. */
  minutes: z.number().positive().max(MOST_MINUTES).default(USUAL_MINUTES),
  signal: z.string().optional(),
  id: z.string().trim().min(1).max(100).optional(),
});

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
      error: `This is no hint. Send ${SHAPE}. ${read.problems.join('; ')}.`,
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
  const message = `${name} expects ${hint.load} ${hint.unit} from ${timeOf(hint.at)} to ${expiresAt}.`;
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
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'} ${message}`) };
  }
  const { load, unit, minutes, signal } = parsed.data;
  // Parses the time that the hint names; nothing here asks for the present one.
  // oxlint-disable-next-line no-restricted-globals
  const at = parsed.data.at === undefined ? now : Date.parse(parsed.data.at);
  const problems = [...timeProblems(at, at + minutes * 60_000, now), ...signalProblems(signal, scaling)];
  if (problems.length > 0) return { problems };
  // Without an id, one hint for each moment and signal: sent twice, it is still one.
  const id = parsed.data.id ?? [signal, timeOf(at)].filter(Boolean).join(' ');
  return { hint: { id, ...(signal !== undefined && { signal }), load, unit, at, expiresAt: at + minutes * 60_000 } };
}

function timeProblems(at: number, expiresAt: number, now: number): string[] {
  if (expiresAt <= now) return ['the hint is over already'];
  if (at < now - PAST_MS) return ['at is more than an hour ago'];
  return at > now + AHEAD_MS ? ['at is more than 31 days ahead'] : [];
}

function signalProblems(signal: string | undefined, { signals = [] }: Workload['scaling']): string[] {
  const known = signals.filter(({ hint }) => hint !== undefined).map(({ name }) => name);
  if (signal === undefined || known.includes(signal)) return [];
  const meant = nearest(signal, known);
  const allowed = known.length > 0 ? `allowed: ${known.join(', ')}` : 'no signal with hint is declared';
  return [`signal ${signal.slice(0, 64)} takes no hints (${allowed})${meant ? `, did you mean ${meant}?` : ''}`];
}

// oxlint-disable-next-line no-restricted-globals
const timeOf = (at: number): string => new Date(at).toISOString();
