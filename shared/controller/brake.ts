// The brake: an operator pauses all changes or one direction, always with an end and a name.

import { z } from 'zod';
import type { Context } from './context.ts';
import { parseJson } from './parse-json.ts';

const MOST_MINUTES = 7 * 24 * 60;

const schema = z.object({
  scope: z.enum(['all', 'in', 'out']).default('all'),
  minutes: z.number().positive().max(MOST_MINUTES).default(60),
  author: z.string().trim().min(1).max(100),
});

export type BrakeAnswer = { status: 200; message: string } | { status: 400; error: string };

export async function pause({ ports, log, workloads }: Context, text: string): Promise<BrakeAnswer> {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) {
    const problems = parsed.error.issues
      .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
      .join('; ');
    return { status: 400, error: `Send {"author": "you", "scope": "all|in|out", "minutes": 60}. ${problems}` };
  }
  const { scope, minutes, author } = parsed.data;
  const since = ports.clock.now();
  const until = since + minutes * 60_000;
  await ports.controls.setPause({ scope, author, since, until });
  log.warn('paused', { scope, author, minutes });
  for (const { name } of workloads) await ports.evaluations.request(name, 'pause');
  return { status: 200, message: `Paused (${scope}) by ${author} for ${minutes} minutes.` };
}

export async function resume({ ports, log, workloads }: Context): Promise<{ message: string }> {
  await ports.controls.setPause(undefined);
  log.warn('resumed', {});
  for (const { name } of workloads) await ports.evaluations.request(name, 'resume');
  return { message: 'Nothing is paused.' };
}
