// How long may a replica be in a state before it is given up and replaced? Milliseconds; a state without a box may last.

import { counted } from '../telemetry/wording.ts';
import type { ReplicaState } from './replica-state.ts';

const MINUTE = 60_000;

interface Box {
  most: number;
  /** Completes "it is given up because it ...". */
  words: string;
}

/**
 * Azure itself gives a provisioning up after 30 minutes, which is long to pay for nothing: a pull bills from its start.
 * A container that the platform moves or repairs is usually back within two or three minutes.
 */
export const TIME_BOXES: Partial<Record<ReplicaState, Box>> = {
  pending: { most: 10 * MINUTE, words: 'pending' },
  waiting: { most: 10 * MINUTE, words: 'waiting for capacity' },
  pulling: { most: 15 * MINUTE, words: 'pulling its image' },
  'pull-failing': { most: 10 * MINUTE, words: 'refused by its registry' },
  'image-refused': { most: 0, words: 'refused its image' },
  warming: { most: 10 * MINUTE, words: 'not ready yet' },
  restarting: { most: 5 * MINUTE, words: 'restarting' },
  'crash-looping': { most: 3 * MINUTE, words: 'in a crash loop' },
  moving: { most: 5 * MINUTE, words: 'being moved by the platform' },
  leaving: { most: 10 * MINUTE, words: 'on its way to another host' },
  repairing: { most: 5 * MINUTE, words: 'being repaired' },
  'not-ready': { most: 3 * MINUTE, words: 'not ready' },
  silent: { most: 2 * MINUTE, words: 'silent' },
  unreachable: { most: 0, words: 'unreachable' },
  unknown: { most: 5 * MINUTE, words: 'in no known state' },
};

/** Why a replica that has been in a state for `lasted` ms is given up; undefined while it is not. */
export function givenUp(state: ReplicaState, lasted: number): string | undefined {
  const box = TIME_BOXES[state];
  if (!box || lasted < box.most) return undefined;
  return box.most === 0 ? box.words : `${box.words} for ${counted(Math.round(lasted / MINUTE), 'minute')}`;
}
