// Where do new groups go? One after the other, each to the first candidate, in the order of size and score, that has room
// and keeps all rules; else to the first that has room and keeps the hard ones; else nowhere, which is said. A smaller
// size is looked at only when no place takes the larger one. Deterministic: equal input, equal places.

import type { PlannerState } from '../controller/plan-types.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Placement } from '../workload/placement.ts';
import { sizeOf } from '../workload/size.ts';
import type { Workload } from '../workload/workload.ts';
import { judgePlace } from './affinity.ts';
import { Capacity, PRE_FLIGHT, regional, type Known, type Level } from './capacity.ts';
import { candidatesOf, offeringsOf, replicasPerGroup, type Candidate, type Offering } from './offering.ts';
import { ranked, type Scored } from './score.ts';
import { placeOfOffering, type Place } from './tally.ts';

export interface Assigned {
  /** Candidate of each group that is to be made, in order. */
  places: Candidate[];
  /** Candidate of each stopped group that is to start again. */
  again: Candidate[];
  scored: Scored[];
  reasons: Reason[];
}

export interface Asked {
  count: number;
  workload: Workload;
  /** The workload's groups that count, for rules between places. */
  here: Place[];
  known: Known;
  experience: PlannerState['experience'];
  /** Whether groups were lost in a region a moment ago: it then comes after the others. */
  harmed?: ((location: string) => boolean) | undefined;
  /** Stopped groups that may start again, by key of their offering. */
  stopped?: ReadonlyMap<string, readonly unknown[]> | undefined;
  /** Groups that are ready in standby pools, by their ids. */
  ready?: Record<string, number> | undefined;
  now: number;
}

export function assign(asked: Asked): Assigned {
  const { count, workload, known, here, ready, now } = asked;
  const replicas = replicasPerGroup(workload);
  const scored = rankedOfferings(asked, replicas);
  const candidates = inOrder(candidatesOf(workload), scored);
  const stopped = new Map(candidates.map((each) => [each, stoppedAt(each, asked)]));
  const capacity = new Capacity(candidates, known, { here, stopped, ready }, replicas, now);
  const before = candidates.map((candidate) => ({ candidate, ...capacity.room(candidate) }));
  const filled = fill(count, candidates, capacity, here, workload.scaling.placement, replicas);
  const { places, again } = filled;
  const all = [...places, ...again];
  return {
    places,
    again,
    scored,
    reasons: [
      ...limitReasons(count, before, all, known, now),
      ...ruleReasons(filled),
      ...sizeReasons(places),
      ...noPlace(count - all.length, workload),
    ],
  };
}

const stoppedAt = ({ offering, sizeIndex }: Candidate, { stopped }: Asked): number =>
  sizeIndex === 0 ? (stopped?.get(offering.key)?.length ?? 0) : 0;

function rankedOfferings({ workload, experience, harmed }: Asked, replicas: number): Scored[] {
  const { cpu, memoryInGB } = sizeOf(workload.spec);
  const size = { cpu: cpu * replicas, memoryInGB: memoryInGB * replicas };
  const scored = ranked(offeringsOf(workload), experience, size);
  if (!harmed) return scored;
  return scored.toSorted((a, b) => Number(harmed(a.offering.location)) - Number(harmed(b.offering.location)));
}

function inOrder(candidates: readonly Candidate[], scored: Scored[]): Candidate[] {
  const rank = new Map(scored.map(({ offering }, index) => [offering.key, index]));
  return candidates.toSorted(
    (a, b) => a.sizeIndex - b.sizeIndex || (rank.get(a.offering.key) ?? 0) - (rank.get(b.offering.key) ?? 0),
  );
}

interface Filled extends Pick<Assigned, 'places' | 'again'> {
  /** How many groups broke each soft rule. */
  broken: Map<string, number>;
  /** The hard rules that left the rest without a place. */
  forbidden: Map<string, number>;
}

function fill(
  count: number,
  candidates: Candidate[],
  capacity: Capacity,
  standing: Place[],
  rules: Placement | undefined,
  replicas: number,
): Filled {
  const filled: Filled = { places: [], again: [], broken: new Map(), forbidden: new Map() };
  const here = [...standing];
  const open = candidates.map((candidate) => ({ candidate, place: placeOfOffering(candidate.offering, replicas) }));
  const offered = open.map(({ place }) => place);
  for (let left = count; left > 0;) {
    const judged = open
      .filter(({ candidate }) => capacity.room(candidate).groups > 0)
      .map(({ candidate, place }) => ({ candidate, place, verdict: judgePlace(place, here, offered, rules) }));
    const allowed = judged.filter(({ verdict }) => verdict.forbidden === undefined);
    const first = allowed.find(({ verdict }) => verdict.broken.length === 0) ?? allowed[0];
    const chosen = first && roomiest(first, allowed, capacity);
    if (!chosen) {
      for (const { verdict } of judged) if (verdict.forbidden) filled.forbidden.set(verdict.forbidden, left);
      break;
    }
    for (const rule of chosen.verdict.broken) filled.broken.set(rule, (filled.broken.get(rule) ?? 0) + 1);
    // Where neither rules nor free addresses decide, the next ones go there, too, until it is full.
    const decides = rules !== undefined || chosen.candidate.offering.subnet !== undefined;
    const alike = decides ? 1 : Math.min(left, capacity.room(chosen.candidate).groups);
    for (let taken = 0; taken < alike; taken++) {
      const stopped = capacity.take(chosen.candidate);
      here.push(chosen.place);
      (stopped ? filled.again : filled.places).push(chosen.candidate);
    }
    left -= alike;
  }
  return filled;
}

interface Judged {
  candidate: Candidate;
  verdict: { broken: string[] };
}

/** Of places that differ in their subnet alone, the one with the most free addresses. */
function roomiest<T extends Judged>(first: T, allowed: T[], capacity: Capacity): T {
  const { offering, sizeIndex } = first.candidate;
  const alike = allowed.filter(
    ({ candidate, verdict }) =>
      candidate.sizeIndex === sizeIndex &&
      verdict.broken.length <= first.verdict.broken.length &&
      differInSubnet(candidate.offering, offering),
  );
  const left = (each: T): number => capacity.addresses(each.candidate) ?? 0;
  return alike.reduce((best, each) => (left(each) > left(best) ? each : best), first);
}

const differInSubnet = (one: Offering, other: Offering): boolean =>
  one.subnet !== undefined &&
  other.subnet !== undefined &&
  (['location', 'zone', 'sku', 'priority', 'subscription', 'preference'] as const).every(
    (what) => one[what] === other[what],
  );

interface Before {
  candidate: Candidate;
  groups: number;
  level: Level | undefined;
}

/** What kept groups from the places that come first, as long as any were still looking for one. */
function limitReasons(count: number, before: Before[], places: Candidate[], known: Known, now: number): Reason[] {
  const reasons: Reason[] = [];
  let missing = count;
  for (const each of before) {
    if (missing <= 0) break;
    const taken = places.filter((candidate) => candidate === each.candidate).length;
    if (each.level && each.level.what !== PRE_FLIGHT && each.groups < missing)
      reasons.push(limitReason(each, each.level, missing - taken, known, now));
    missing -= taken;
  }
  return reasons;
}

function limitReason(
  { candidate: { offering, place, sizeIndex }, groups }: Before,
  level: Level,
  moved: number,
  known: Known,
  now: number,
): Reason {
  const location = sizeIndex === 0 ? offering.key : place;
  if (level.what !== 'trial') {
    const { used, limit, what } = level;
    return reason('quota', { location, room: groups, used: Math.floor(used), limit, what, moved });
  }
  const entries = [known.closed[place], regional(known, offering)].filter((entry) => entry !== undefined);
  const shut = entries.find(({ until }) => until > now);
  if (shut) {
    const seconds = Math.round((shut.until - now) / 1000);
    return reason('location-closed', { location, code: shut.code, failures: shut.failures, seconds });
  }
  return reason('location-trial', { location, code: entries[0]?.code ?? '', allowed: level.limit, moved });
}

const ruleReasons = ({ broken, forbidden }: Filled): Reason[] => [
  ...[...broken].map(([rule, count]) => reason('rule-broken', { rule, count })),
  ...[...forbidden].map(([rule, count]) => reason('rule-held', { rule, count })),
];

function sizeReasons(places: Candidate[]): Reason[] {
  const smaller = Map.groupBy(
    places.filter(({ sizeIndex }) => sizeIndex > 0),
    ({ place }) => place,
  );
  return [...smaller].map(([place, list]) => reason('smaller-size', { place, count: list.length }));
}

function noPlace(wanted: number, workload: Workload): Reason[] {
  if (wanted <= 0) return [];
  const places = offeringsOf(workload).map(({ key }) => key);
  const some = places.slice(0, 4).join(', ');
  const text = places.length > 4 ? `${some} and ${places.length - 4} more` : some;
  return [reason('no-location', { wanted, locations: text || 'no region' })];
}
