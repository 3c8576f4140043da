// What should a record set or a pool list, given what it lists now? Whoever is in service, and whoever is listed and not
// known to be out. So a reading that failed changes nothing, and a listing becomes empty only when all in it are known to
// be out.

import type { Member } from '../ports/discovery.ts';
import type { Judgement } from './serving.ts';

/** Azure takes at most this many A records in a record set. */
export const RECORDS_MOST = 20;

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
  return { members: ordered(members), held: kept.length };
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
