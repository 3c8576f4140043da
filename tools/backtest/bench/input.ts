// What the benchmark plays and against what, read and checked before it plays.

import { join } from 'node:path';
import { allOf } from '../../local/demo/command-line.ts';
import { checkOutputs } from '../outputs.ts';
import { builtInTraces, tracesIn } from '../traces.ts';
import { USUAL, type Scale, type Trace } from '../trace.ts';
import { workloadOf } from '../workload.ts';
import { suppliedTo } from '../world/prices.ts';
import { readKeptPeers, type KeptPeers } from './kept-peers.ts';
import type { Options } from './options.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'traces');

export interface Input {
  traces: Trace[];
  kept: KeptPeers;
  scale: Scale;
}

/** Throws with all that is wrong. */
export async function inputOf(options: Options): Promise<Input> {
  const [traces, kept, scale] = await allOf([
    tracesOf(options),
    readKeptPeers(options.peers),
    scaleOf(options),
    checkOutputs({ '--peers': options.peers, '--json': options.json }),
  ]);
  return { traces, kept, scale };
}

/** Throws where there is none to play. */
async function tracesOf({ traces: folder, only = '' }: Options): Promise<Trace[]> {
  const all = await tracesIn(folder ?? FOLDER);
  if (!all && folder !== undefined) {
    throw new Error(`There is no folder ${folder}, or no file named <name>.<seconds per count>s.csv in it.`);
  }
  const known = all ?? builtInTraces();
  const chosen = known.filter(({ name }) => name.includes(only));
  if (chosen.length > 0) return chosen;
  throw new Error(`No trace has "${only}" in its name. Traces: ${known.map(({ name }) => name).join(', ')}.`);
}

/** What settings change of what is billed is billed to all. */
async function scaleOf({ set }: Options): Promise<Scale> {
  return { ...USUAL, ...suppliedTo(workloadOf('both', set)) };
}
