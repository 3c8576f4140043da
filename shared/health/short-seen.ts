// What was last seen of each replica, short: planner state holds it for thousands. Names of one workload, place and
// revision differ in the number at their end, so each beginning stands once. Times are whole seconds: how long before the
// observation it was looked at, and how long after the state began it became what it is. A replica that serves, and is
// nothing finer, is these two alone:
//
//   { "sw-orders-westeurope-0a1b2c3d": { "1": [12, 86400], "2": [0, 90000, { "health": "starting" }] } }

import type { PlannerState, Seen } from '../controller/plan-types.ts';

type Rest = Partial<Pick<Seen, 'health' | 'state' | 'probe'>> & { stateSince?: number };
type Short = [lookedBefore: number, sinceAfter: number, rest?: Rest];
/** By beginning and number of the names. */
export type ShortSeen = Record<string, Record<string, Short>>;

type Times = Pick<PlannerState, 'observedAt' | 'bornAt'>;

/** Seconds from one moment to another: whole ones of both, so that they come back as they were. */
const between = (from: number, to: number): number => Math.floor(to / 1000) - Math.floor(from / 1000);
const moment = (from: number, seconds: number): number => (Math.floor(from / 1000) + seconds) * 1000;

/** For a state of these times. */
export function shorten(seen: Readonly<Record<string, Seen>>, times: Times): ShortSeen {
  const short: ShortSeen = {};
  for (const name in seen) {
    const one = seen[name];
    if (!one) continue;
    const [beginning, number] = parted(name);
    (short[beginning] ??= {})[number] = shortOf(one, times);
  }
  return short;
}

/** A name that ends in no number, or in one with a nought before it, stands whole. */
function parted(name: string): [beginning: string, number: string] {
  const end = name.lastIndexOf('-');
  const number = name.slice(end + 1);
  return end > 0 && String(Number(number)) === number ? [name.slice(0, end), number] : [name, ''];
}

function shortOf({ health, at, since, state, stateSince, probe }: Seen, { observedAt, bornAt }: Times): Short {
  const times = [between(at, observedAt), between(bornAt, since)] as const;
  if (health === 'serving' && state === undefined && stateSince === undefined && probe === undefined) return [...times];
  return [
    ...times,
    {
      ...(health !== 'serving' && { health }),
      ...(state !== undefined && { state }),
      ...(stateSince !== undefined && { stateSince: between(bornAt, stateSince) }),
      ...(probe !== undefined && { probe }),
    },
  ];
}

function expand(short: ShortSeen, times: Times): Record<string, Seen> {
  const seen: Record<string, Seen> = {};
  for (const beginning in short) {
    const numbers = short[beginning] ?? {};
    for (const number in numbers) {
      const one = numbers[number];
      if (one) seen[number === '' ? beginning : `${beginning}-${number}`] = longOf(one, times);
    }
  }
  return seen;
}

function longOf([before, after, rest]: Short, { observedAt, bornAt }: Times): Seen {
  const times = { at: moment(observedAt, -before), since: moment(bornAt, after) };
  if (!rest) return { health: 'serving', ...times };
  const { health = 'serving', stateSince, ...others } = rest;
  return { health, ...times, ...others, ...(stateSince !== undefined && { stateSince: moment(bornAt, stateSince) }) };
}

/** What was last seen, by name. States of before the short form hold it as it is. */
export const seenIn = (state: PlannerState | undefined): Readonly<Record<string, Seen>> =>
  state?.replicas ? expand(state.replicas, state) : (state?.seen ?? {});

/** The state with what was seen at full length, so that it is expanded once for all that read it. */
export const atLength = <T extends PlannerState | undefined>(state: T): T =>
  state?.replicas ? { ...state, seen: expand(state.replicas, state), replicas: undefined } : state;
