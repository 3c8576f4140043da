// What was last seen of each replica, short: planner state holds it for thousands. Names of one workload, place and
// revision differ in the number at their end, so each beginning stands once. Times are whole seconds: how long before the
// observation it was looked at, and how long after the state began it became what it is. A replica that serves, and is
// nothing finer, is these two alone, and one that answers its probe well, and is published if any is, has its address besides:
//
//   { "sw-orders-westeurope-0a1b2c3d":
//       { "1": [12, 86400], "2": [0, 90000, { "health": "starting" }], "3": [0, 86500, "10.0.0.4"] } }

import type { PlannerState, Seen } from '../controller/plan-types.ts';

type Rest = Partial<Pick<Seen, 'health' | 'state' | 'probe'>> & { stateSince?: number; address?: string };
type Short = [lookedBefore: number, sinceAfter: number, rest?: Rest | string];
/** By beginning and number of the names. */
export type ShortSeen = Record<string, Record<string, Short>>;

type Times = Pick<PlannerState, 'observedAt' | 'bornAt'>;

/** Seconds from one moment to another: whole ones of both, so that they come back as they were. */
const between = (from: number, to: number): number => Math.floor(to / 1000) - Math.floor(from / 1000);
const moment = (from: number, seconds: number): number => (Math.floor(from / 1000) + seconds) * 1000;

type Addresses = Readonly<Record<string, string>>;

/** For a state of these times. `published`: who is to be found, and where; absent where nobody is. */
export function shorten(seen: Readonly<Record<string, Seen>>, times: Times, published?: Addresses): ShortSeen {
  const short: ShortSeen = {};
  for (const name of Object.keys(seen)) {
    const one = seen[name];
    if (!one) continue;
    const [beginning, number] = parted(name);
    (short[beginning] ??= {})[number] = shortOf(one, times, published && (published[name] ?? ''));
  }
  return short;
}

/** A name that ends in no number, or in one with a nought before it, stands whole. */
function parted(name: string): [beginning: string, number: string] {
  const end = name.lastIndexOf('-');
  const number = name.slice(end + 1);
  return end > 0 && String(Number(number)) === number ? [name.slice(0, end), number] : [name, ''];
}

/** `address`: empty for one that is not published where others are. */
function shortOf(one: Seen, { observedAt, bornAt }: Times, address: string | undefined): Short {
  const { health, at, since, state, stateSince, probe } = one;
  const times = [between(at, observedAt), between(bornAt, since)] as const;
  const rest: Rest = {
    ...(health !== 'serving' && { health }),
    ...(state !== undefined && { state }),
    ...(stateSince !== undefined && { stateSince: between(bornAt, stateSince) }),
    ...(probe !== undefined && { probe }),
    ...(address && { address }),
  };
  const finer = Object.keys(rest);
  if (finer.length === 0) return [...times];
  const where = answersWell(probe);
  const plain = finer.every((key) => key === 'probe' || key === 'address') && (address ?? where) === where;
  return [...times, plain && where !== undefined ? where : rest];
}

/** Where it answers its probe, if it does so well and always did. */
function answersWell(probe: Seen['probe']): string | undefined {
  return probe?.ready && probe.fails === 0 && probe.last === undefined ? probe.ip : undefined;
}

const expand = (short: ShortSeen, times: Times): Record<string, Seen> => byName(short, (one) => longOf(one, times));

function byName<T>(short: ShortSeen, to: (one: Short) => T | undefined): Record<string, T> {
  const long: Record<string, T> = {};
  for (const beginning in short) {
    const numbers = short[beginning] ?? {};
    for (const number in numbers) {
      const one = numbers[number];
      const value = one && to(one);
      if (value !== undefined) long[number === '' ? beginning : `${beginning}-${number}`] = value;
    }
  }
  return long;
}

function longOf([before, after, rest]: Short, { observedAt, bornAt }: Times): Seen {
  const times = { at: moment(observedAt, -before), since: moment(bornAt, after) };
  if (!rest) return { health: 'serving', ...times };
  if (typeof rest === 'string') return { health: 'serving', ...times, probe: { ip: rest, ready: true, fails: 0 } };
  const { health = 'serving', stateSince, address: _, ...others } = rest;
  return { health, ...times, ...others, ...(stateSince !== undefined && { stateSince: moment(bornAt, stateSince) }) };
}

/** What was last seen, by name. States of before the short form hold it as it is. */
export const seenIn = (state: PlannerState | undefined): Readonly<Record<string, Seen>> =>
  state?.replicas ? expand(state.replicas, state) : (state?.seen ?? {});

/** The state with what was seen and published at full length, so that it is expanded once for all that read it. */
export function atLength<T extends PlannerState | undefined>(state: T): T {
  if (!state?.replicas) return state;
  const { replicas, discovery } = state;
  return {
    ...state,
    seen: expand(replicas, state),
    replicas: undefined,
    discovery: discovery && { ...discovery, addresses: { ...addressesIn(replicas), ...discovery.addresses } },
  };
}

const addressesIn = (short: ShortSeen): Record<string, string> =>
  byName(short, ([, , rest]) => (typeof rest === 'string' ? rest : rest?.address));

/** Addresses of those whose name is not among what was seen: the others have theirs in its short form. */
export const addressesBeside = (
  discovery: PlannerState['discovery'],
  seen: Readonly<Record<string, Seen>>,
): PlannerState['discovery'] =>
  discovery && {
    ...discovery,
    addresses: Object.fromEntries(Object.entries(discovery.addresses).filter(([name]) => !(name in seen))),
  };
