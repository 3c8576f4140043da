// An operator steers a rollout: the record of revisions is changed under its ETag, so that an evaluation that decides at the
// same moment sends nothing, and an evaluation is asked for.

import { z } from 'zod';
import { COMMANDS, command } from '../rollout/command.ts';
import { firstRecord } from '../rollout/record.ts';
import { strict } from '../workload/strict.ts';
import type { Context } from './context.ts';
import { readBody } from './parse-json.ts';

const schema = strict({ do: z.enum(COMMANDS), author: z.string().trim().min(1).max(100) });

const TRIES = 3;

export type SteerAnswer = { status: 200; message: string } | { status: 400 | 404 | 409; error: string };

export async function steerRollout(context: Context, name: string, text: string): Promise<SteerAnswer> {
  const { ports, workloads, log } = context;
  const workload = workloads.find((candidate) => candidate.name === name);
  if (!workload) {
    const known = workloads.map((each) => each.name).join(', ') || 'none';
    return { status: 404, error: `There is no workload ${name.slice(0, 64)}. Workloads: ${known}.` };
  }
  const { value, problems } = readBody(schema, text);
  if (!value) return { status: 400, error: `Send {"do": "${COMMANDS.join('|')}", "author": "you"}. ${problems}` };
  const { do: what, author } = value;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const found = await ports.rollouts.read(name);
    const outcome = command(found?.record ?? firstRecord(workload), workload, { what, author }, ports.clock.now());
    if ('refused' in outcome) return { status: 409, error: outcome.refused };
    if (!(await ports.rollouts.write(name, outcome.record, found?.etag))) continue;
    log.warn('rollout-steered', { workload: name, what, author });
    await ports.evaluations.request(name, 'rollout');
    return { status: 200, message: outcome.message };
  }
  return { status: 409, error: 'The rollout moved on at the same moment; look at it and try again.' };
}
