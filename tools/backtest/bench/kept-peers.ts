// Results of peers, kept in a file from one run to the next, because peers change seldom and Spillway often. They count only
// for the load, the seeds and the knobs that they were made with; a change of the code behind them nobody notices.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Compared, Comparison } from '../compare.ts';
import { PEERS } from '../policies/policies.ts';
import { USUAL } from '../trace.ts';

/** By name of the trace; `key` stands for all that decides the results. */
export type KeptPeers = Record<string, { key: string; results: Compared[] }>;

/** No file is an empty one. Throws when there is something else in it. */
export async function readKeptPeers(file: string): Promise<KeptPeers> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept === 'object' && kept !== null) return kept as KeptPeers;
  } catch {
    // Said below.
  }
  throw new Error(`The file ${file} does not hold results of peers: remove it, or name another by --peers.`);
}

export const keyOf = ({ trace, seeds, wishes, scale = USUAL }: Comparison): string =>
  createHash('sha256')
    .update(JSON.stringify([trace, seeds, wishes, scale, PEERS.map(({ name, knobs }) => [name, knobs])]))
    .digest('hex');
