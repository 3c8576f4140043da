// Which groups are read by name this time, and how many? A list shows neither crashes nor readiness, so a group that does
// not speak for itself is known to be dead only by a read of its own, and reads are shared by all that use the
// subscription: Azure gives back 25 a second, of which health takes 10 for each of two classes, so that neither starves
// the other.
//
//   first    requests in flight, groups the list lacks or shows changed, those whose own probe or poll failed to come,
//            and those that do not serve yet, if they were not read in the last two seconds
//   round    serving groups, the longest unseen first: those that say nothing themselves after 15 s, others after two
//            minutes, because a crash that is over in seconds shows in no poll
//
// A replica that stops speaking is therefore read at the next evaluation. One that never spoke is found dead within the
// larger of 30 s and N / 10 s, N being all groups of the deployment; nobody can do better by reads alone.

import { TAGS } from '../placement/tags.ts';
import type { Observation, PlannerState, Seen } from '../controller/plan-types.ts';
import type { GroupSummary } from '../ports/container-groups.ts';
import type { ProbeResult } from '../ports/probes.ts';
import { SPOKE_MS } from './polls.ts';
import { seenIn } from './short-seen.ts';
import { HEALTH, listedState } from './replica-state.ts';

/** Reads by name a second and class, of all workloads together: 10, and a tenth for evaluations that come late. */
const PER_SECOND = 11;
/** Both classes together stay below the size of Azure's bucket, 250. */
const MOST = 120;
/** A small workload may read this many, also just after the last evaluation. */
const LEAST = 20;
const LONGEST_S = 12;

const UNSEEN_MS = 15_000;
const SPEAKING_UNSEEN_MS = 120_000;
/** Share of a class's reads that groups get which speak for themselves. */
const SPEAKING_SHARE = 0.25;
/** A replica that will crash mostly does so soon. */
const YOUNG_MS = 5 * 60_000;
const SETTLING_MS = 120_000;
const STOPPED_UNSEEN_MS = 60_000;
/** An evaluation that follows another so soon finds nothing new of what was read then: a probe comes each five seconds. */
const AGAIN_MS = 2_000;
/** Polls come every 10 to 20 s; beyond this one is worth a read, which costs little when it was only late. */
const LATE_MS = 15_000;

export interface LookBudget {
  /** Groups of the whole deployment, this workload's included. */
  owned: number;
  /** As Azure said last; undefined: not known. */
  readsLeft?: number | undefined;
}

/** How many reads by name of each class an evaluation may make. */
export function lookBudget(
  state: PlannerState | undefined,
  own: number,
  { owned, readsLeft }: LookBudget,
  now: number,
): number {
  const elapsed = state ? Math.min(LONGEST_S, Math.max(0, now - state.observedAt) / 1000) : LONGEST_S;
  const share = owned > 0 ? Math.min(1, Math.max(own, 1) / owned) : 1;
  const even = Math.max(LEAST, elapsed * PER_SECOND * share);
  // Both classes take at most three quarters of what is left; the rest stays for other users of the subscription.
  const given = readsLeft === undefined ? MOST : (readsLeft / 2) * share;
  return Math.max(1, Math.floor(Math.min(even, given, MOST)));
}

type Signs = Pick<Observation, 'beats' | 'probes'>;

/** Names to read, most wanted first, at most `most` of each class and half more of both. `watched`: the revision under way. */
export function looksWanted(
  state: PlannerState | undefined,
  list: GroupSummary[],
  { beats, probes = {} }: Signs,
  now: number,
  most: number,
  watched?: string,
): string[] {
  const seen = seenIn(state);
  const heard = new Map(beats.map(({ replica, at }) => [replica, at]));
  const listed = new Set(list.map(({ name }) => name));
  const moving = new Set((state?.inFlight ?? []).map(({ name }) => name));
  for (const name in seen) if (!listed.has(name) && !isTaken(seen[name], now)) moving.add(name);
  const by: Record<Why, string[]> = { quiet: [], early: [], due: [], speaking: [] };
  for (const group of list) {
    const { name } = group;
    const why = moving.has(name) ? undefined : whyLook(group, seen[name], probes[name], heard.get(name), now, watched);
    if (why) by[why].push(name);
  }
  const lookedAt = (name: string): number => seen[name]?.at ?? 0;
  const oldestFirst = (names: Iterable<string>): string[] => [...names].toSorted((a, b) => lookedAt(a) - lookedAt(b));
  const heardAt = (name: string): number => heard.get(name) ?? 0;
  const longestSilent = by.quiet.toSorted((a, b) => heardAt(a) - heardAt(b));
  const first = [...oldestFirst(moving), ...longestSilent, ...oldestFirst(by.early)].slice(0, most);
  const speaking = oldestFirst(by.speaking).slice(0, Math.ceil(most * SPEAKING_SHARE));
  // Together at most half more than one class, so that lists and others find something left.
  const round = Math.max(Math.floor(most / 2), Math.min(most, Math.floor(most * 1.5) - first.length));
  return [...first, ...[...oldestFirst(by.due), ...speaking].slice(0, round)];
}

/** Its own signs failed; it does not serve yet, or not as it did; its turn has come; the same, though it speaks. */
type Why = 'quiet' | 'early' | 'due' | 'speaking';

function whyLook(
  group: GroupSummary,
  last: Seen | undefined,
  probe: ProbeResult | undefined,
  heardAt: number | undefined,
  now: number,
  watched: string | undefined,
): Why | undefined {
  if (!last || changed(group, last)) return 'early';
  const age = now - last.at;
  if (last.health === 'stopped') return age > STOPPED_UNSEEN_MS ? 'due' : undefined;
  if (last.health !== 'serving') return age >= unseenMost(last, now) ? 'early' : undefined;
  if (fails(probe) || isLate(heardAt, last.at, now)) return 'quiet';
  const isWatched = watched !== undefined && group.tags[TAGS.revision] === watched;
  const why = isWatched ? 'early' : turnOf(speaks(probe, heardAt, now) && now - last.since >= YOUNG_MS);
  return age >= (why === 'speaking' ? SPEAKING_UNSEEN_MS : UNSEEN_MS) ? why : undefined;
}

const turnOf = (speaking: boolean): Why => (speaking ? 'speaking' : 'due');

const fails = (probe: ProbeResult | undefined): boolean => probe !== undefined && probe !== 'healthy';

const speaks = (probe: ProbeResult | undefined, heardAt: number | undefined, now: number): boolean =>
  probe === 'healthy' || now - (heardAt ?? -Infinity) <= SPOKE_MS;

/** It was found by its name, with the tags of somebody else: one that Azure does not know is not remembered. */
const isTaken = (last: Seen | undefined, now: number): boolean =>
  last?.health === 'gone' && now - last.at <= STOPPED_UNSEEN_MS;

/** What has just changed may change again at once; what stays as it is, like a long pull, may not. */
const unseenMost = ({ since, stateSince = since }: Seen, now: number): number =>
  now - stateSince < SETTLING_MS ? AGAIN_MS : UNSEEN_MS;

/** A list that says something else than was seen last. */
function changed(group: GroupSummary, last: Seen): boolean {
  const byList = listedState(group);
  const moved = last.probe?.ip !== undefined && group.ip !== undefined && group.ip !== last.probe.ip;
  return moved || (byList !== 'unseen' && HEALTH[byList] !== last.health);
}

/** Late, and not read since it became so, or not lately: one that gave up polling must not take every read. */
const isLate = (heardAt: number | undefined, lookedAt: number, now: number): boolean =>
  heardAt !== undefined && now - heardAt > LATE_MS && (lookedAt < heardAt + LATE_MS || now - lookedAt >= UNSEEN_MS);
