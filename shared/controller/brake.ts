// The brake: an operator pauses all changes or one direction, or lets the whole burst drain, always with an end and a name.

import { z } from 'zod';
import { counted } from '../telemetry/wording.ts';
import { pausedIn } from '../rules/pause.ts';
import { strict } from '../workload/strict.ts';
import type { Context } from './context.ts';
import { inParallel } from './in-parallel.ts';
import { observed } from './observed.ts';
import { readBody } from './parse-json.ts';

const MOST_MINUTES = 7 * 24 * 60;

const USUAL_MINUTES = 60;

const schema = strict({
  scope: z.enum(['all', 'in', 'out', 'drain']).default('all'),
  minutes: z.number().positive().max(MOST_MINUTES).optional(),
  author: z.string().trim().min(1).max(100),
});

export type BrakeAnswer =
  { status: 200; message: string; drainTimeoutSeconds?: number } | { status: 400; error: string };

export async function pause(context: Context, text: string): Promise<BrakeAnswer> {
  const { ports, log, workloads } = context;
  const { value, problems } = readBody(schema, text);
  if (!value)
    return { status: 400, error: `Send {"author": "you", "scope": "all|in|out|drain", "minutes": 60}. ${problems}` };
  const { scope, author } = value;
  const drainTimeoutSeconds = Math.max(0, ...workloads.map(({ scaling }) => scaling.drainTimeoutSeconds));
  // All that drain have their time before the burst may begin again.
  const usual = scope === 'drain' ? USUAL_MINUTES + Math.ceil(drainTimeoutSeconds / 60) : USUAL_MINUTES;
  const { minutes = usual } = value;
  const since = ports.clock.now();
  const until = since + minutes * 60_000;
  await ports.controls.setPause({ scope, author, since, until });
  log.warn('paused', { scope, author, minutes });
  const message = `Paused (${scope}) by ${author} for ${counted(minutes, 'minute')}.${await asked(context, 'pause')}`;
  return { status: 200, message, ...(scope === 'drain' && { drainTimeoutSeconds }) };
}

export async function resume(context: Context): Promise<{ message: string }> {
  const { ports, log } = context;
  const paused = await ports.controls.pause();
  await ports.controls.setPause(undefined);
  log.warn('resumed', {});
  const message = pausedIn(paused, ports.clock.now())
    ? `Resumed: the pause (${paused?.scope}) by ${paused?.author} is over.`
    : 'Nothing was paused.';
  return { message: `${message}${await asked(context, 'resume')}` };
}

/** What is set holds from the next evaluation on, whoever asks for that: a request that fails takes nothing of it back. */
async function asked({ ports, workloads }: Context, trigger: string): Promise<string> {
  const requests = inParallel(workloads, ({ name }) => ports.evaluations.request(name, trigger));
  const outcome = await observed(ports, requests);
  if (outcome.status === 'read') return '';
  return ` It takes effect at the next heartbeat, because evaluations could not be asked for: ${outcome.failure.code}.`;
}
