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

export type PollAnswer = { status: 200; state: 'serve' | 'drain' } | { status: 401 | 404; error: string };

export async function takePoll(context: Context, raw: RawPoll): Promise<PollAnswer> {
  const { workload = '', name, told } = raw;
  if (!mayPoll(context.replicas, name, raw)) {
    return { status: 401, error: 'Send the SPILLWAY_TOKEN of this replica as the header x-spillway-token.' };
  }
  // A replica that says nothing of its work counts as busy: then nothing is cut short.
  const poll: Poll = { busy: raw.busy !== 'false', told: told === 'serve' || told === 'drain' ? told : undefined };
  const answer = await pollReplica(context, workload, name, poll);
  if (answer) return { status: 200, ...answer };
  const known = context.workloads.map((candidate) => candidate.name).join(', ') || 'none';
  return { status: 404, error: `There is no workload ${workload.slice(0, 64)}. Workloads: ${known}.` };
}
