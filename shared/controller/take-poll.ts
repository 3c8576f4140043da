// Takes a poll of a replica in: who asks, what it says, and what it is told.

import { mayPoll } from '../workload/replica-access.ts';
import type { Context } from './context.ts';
import { pollReplica, type Poll } from './drain-contract.ts';

/** A poll as it came, nothing checked. */
export interface RawPoll {
  workload: string | undefined;
  /** Name of the container group, or id of the scale set instance. */
  name: string;
  busy: string | undefined;
  /** What the replica was told last, if it says so. */
  told: string | undefined;
  token: string | undefined;
  /** The caller, where the platform authenticates requests. */
  principal: string | undefined;
}

/** Workers are written in many languages, and each writes its booleans in its own way. */
const BUSY: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

export type PollAnswer = { status: 200; state: 'serve' | 'drain' } | { status: 401 | 404; error: string };

export async function takePoll(context: Context, raw: RawPoll): Promise<PollAnswer> {
  const { workload = '', name, told } = raw;
  if (!mayPoll(context.replicas, name, raw)) {
    return { status: 401, error: 'Send the SPILLWAY_TOKEN of this replica as the header x-spillway-token.' };
  }
  const busy = raw.busy === undefined ? true : BUSY.get(raw.busy.trim().toLowerCase());
  // A replica that says nothing of its work, or nothing clear, counts as busy: then nothing is cut short.
  const poll: Poll = { busy: busy ?? true, told: told === 'serve' || told === 'drain' ? told : undefined };
  const answer = await pollReplica(context, workload, name, poll);
  // Before it drains nothing is decided by it, and polls are many.
  if (busy === undefined && answer?.state === 'drain') {
    context.log.warn('busy-unclear', { workload, name, busy: raw.busy?.slice(0, 64) });
  }
  if (answer) return { status: 200, ...answer };
  const known = context.workloads.map((candidate) => candidate.name).join(', ') || 'none';
  return { status: 404, error: `There is no workload ${workload.slice(0, 64)}. Workloads: ${known}.` };
}
