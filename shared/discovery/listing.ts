// What should a record set or a pool list, given what it lists now? Whoever is in service, and whoever is listed and not
// known to be out. So a reading that failed changes nothing, and a listing becomes empty only when all in it are known to
// be out. The one doubt of ours: when none of several replicas that run answers, it may be us who cannot reach them, and
// they stay.

import type { Member } from '../ports/discovery.ts';
import type { Judgement } from './serving.ts';

/** Azure takes at most this many A records in a record set. */
export const RECORDS_MOST = 20;
/** Fewer than this that do not answer are taken at their word. */
const DOUBT_FROM = 2;

export interface Wanted {
  members: Member[];
  /** Members that are listed although nothing confirms them. */
  held: number;
}

/** `complete`: everything was read, so that an address nobody has belongs to nobody. */
export function wantedIn(listed: readonly string[], judgements: readonly Judgement[], complete: boolean): Wanted {
  const current = new Set(listed);
  const sure = judgements.filter(({ verdict }) => verdict === 'in');
  const unsure = judgements.filter(({ verdict, address }) => verdict === 'unsure' && current.has(address));
  const known = new Set(judgements.map(({ address }) => address));
  const strangers = complete ? [] : listed.filter((address) => !known.has(address));
  // An address may pass from a group that is gone to another one: who is in service decides.
  const kept = [...unsure, ...strangers.map((address) => ({ name: address, address, place: '' }))];
  const members = [...new Map([...kept, ...sure].map((member) => [member.address, memberOf(member)])).values()];
  if (members.length > 0 || listed.length === 0) return { members: ordered(members), held: kept.length };
  const silent = judgements.filter(({ unreachable, address }) => unreachable && current.has(address));
  if (silent.length < DOUBT_FROM || silent.length < judgements.filter(({ address }) => current.has(address)).length)
    return { members: [], held: 0 };
  return { members: ordered(silent.map(memberOf)), held: silent.length };
}

const memberOf = ({ name, address, place }: Member): Member => ({ name, address, place });

const ordered = (members: Member[]): Member[] => members.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/**
 * At most `most` members, as evenly over the places as they go. Who is listed stays before others come, so that the subset
 * changes by as few addresses as it can.
 */
export function subset(members: Member[], listed: readonly string[], most = RECORDS_MOST): Member[] {
  if (members.length <= most) return members;
  const current = new Set(listed);
  const first = (member: Member): number => (current.has(member.address) ? 0 : 1);
  const byPlace = [...Map.groupBy(members, ({ place }) => place)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const queues = byPlace.map(([, own]) => own.toSorted((a, b) => first(a) - first(b) || (a.name < b.name ? -1 : 1)));
  const chosen: Member[] = [];
  for (let round = 0; chosen.length < most; round++) {
    const next = queues.flatMap((queue) => queue[round] ?? []);
    // In the last round not all places get one more: those that have one already keep it.
    chosen.push(...next.toSorted((a, b) => first(a) - first(b)).slice(0, most - chosen.length));
  }
  return ordered(chosen);
}

export const sameAddresses = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.toSorted().join() === b.toSorted().join();
