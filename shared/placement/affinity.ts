// May the next group go here, beside those that stand already? Counted in replicas, over the burst alone:
//
//   together  in the region (or zone) where most of the others are, of those that are still offered
//   apart     at most N, or P percent of all rounded up, in one zone, region or priority
//   spot      above the floor of regular replicas at most the share of the rest is Spot
//
// Each placed group is checked against those before it, so a hard rule holds at every moment of a plan. Replicas that
// leave may unbalance what stays; then new ones even it out. What has no zone is in no zone.

import type { ApartRule, Placement } from '../workload/placement.ts';
import type { Place } from './tally.ts';

export interface Verdict {
  /** The hard rule that forbids it. */
  forbidden?: string | undefined;
  /** The soft rules that it breaks. */
  broken: string[];
}

export function judgePlace(next: Place, here: Place[], offered: Place[], rules: Placement | undefined): Verdict {
  if (!rules) return { broken: [] };
  const broken: { rule: string; hard: boolean }[] = [];
  const { together, apart, spot } = rules;
  if (together && !isTogether(next, here, offered, together.scope)) {
    broken.push({ rule: `together in one ${together.scope}`, hard: together.hard });
  }
  for (const rule of apart) if (!isApart(next, here, rule)) broken.push({ rule: apartText(rule), hard: rule.hard });
  broken.push(...spotBreaks(next, here, spot));
  return {
    forbidden: broken.find(({ hard }) => hard)?.rule,
    broken: broken.filter(({ hard }) => !hard).map(({ rule }) => rule),
  };
}

const scopeOf = (place: Place, scope: ApartRule['scope']): string | undefined => {
  if (scope === 'region') return place.location;
  if (scope === 'priority') return place.priority;
  return place.zone === undefined ? undefined : `${place.location}/${place.zone}`;
};

const replicasIn = (places: Place[]): number => places.reduce((sum, { replicas }) => sum + replicas, 0);

function isTogether(next: Place, here: Place[], offered: Place[], scope: 'region' | 'zone'): boolean {
  const counts = new Map(offered.map((place) => [scopeOf(place, scope) ?? '', 0]));
  for (const place of here) {
    const at = scopeOf(place, scope) ?? '';
    const count = counts.get(at);
    if (count !== undefined) counts.set(at, count + place.replicas);
  }
  return counts.get(scopeOf(next, scope) ?? '') === Math.max(...counts.values());
}

function isApart(next: Place, here: Place[], { scope, most, mostPercent }: ApartRule): boolean {
  const at = scopeOf(next, scope);
  if (at === undefined) return true;
  const inScope = replicasIn(here.filter((place) => scopeOf(place, scope) === at)) + next.replicas;
  const all = replicasIn(here) + next.replicas;
  // A percentage that leaves no room for the first group would leave no room for any.
  const share = mostPercent === undefined ? Infinity : Math.max(next.replicas, Math.ceil((all * mostPercent) / 100));
  return inScope <= Math.min(most ?? Infinity, share);
}

const apartText = ({ scope, most, mostPercent }: ApartRule): string =>
  `at most ${mostPercent === undefined ? most : `${mostPercent} %`} in one ${scope}`;

function spotBreaks(next: Place, here: Place[], spot: Placement['spot']): { rule: string; hard: boolean }[] {
  if (!spot) return [];
  const regular = replicasIn(here.filter(({ priority }) => priority === 'Regular'));
  const spots = replicasIn(here) - regular;
  const allowed = Math.floor(((regular + spots + next.replicas - spot.floor) * spot.share) / 100);
  const fits = regular >= spot.floor && spots + next.replicas <= allowed;
  if (next.priority === 'Spot') {
    if (regular < spot.floor) return [{ rule: `${spot.floor} regular replicas before any Spot`, hard: true }];
    return fits ? [] : [{ rule: `at most ${spot.share} % Spot above ${spot.floor} regular`, hard: true }];
  }
  // The share is what the user wants, too: regular replicas take it only when Spot has no room.
  return fits ? [{ rule: `${spot.share} % Spot above ${spot.floor} regular`, hard: false }] : [];
}
