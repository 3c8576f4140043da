// What was seen of each offering: how long starts took, and what share of the groups asked for was refused or failed.
// Bounded, and lost without harm.

import type { Action, ActionResult, PlannerState } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { readyKey, wasReady } from './ready.ts';
import { offeringKey } from './tally.ts';

type Experience = NonNullable<PlannerState['experience']>;
type One = Experience[string];

/** The starts of one burst end in the order of their length: the last few alone would be its slowest. */
const STARTS_KEPT = 40;
const OFFERINGS_KEPT = 40;
/** Weight of the newest outcome: after five good ones a failure has lost two thirds of its weight. */
const NEWEST = 0.2;

/**
 * Adds the starts that this observation saw end: a group that was starting and serves now. Those that a standby pool had a
 * ready group for are kept apart.
 */
export function learnStarts(state: Known | undefined, groups: BurstGroup[], now: number): PlannerState['experience'] {
  let next = state?.experience;
  for (const group of groups) {
    if (group.health !== 'serving' && group.health !== 'failed') continue;
    const since = beganAt(group, state);
    if (since === undefined) continue;
    const key = offeringKey(group);
    const seconds = secondsSince(since, now);
    if (group.health === 'failed') next = changed(next, key, (known) => failed(known, 1));
    else if (wasReady(group.tags)) next = changed(next, readyKey(key), (known) => started(known, seconds));
    else next = changed(next, key, (known) => started({ ...known, every: withEvery(known, seconds) }, seconds));
  }
  return next;
}

type Known = Pick<PlannerState, 'experience' | 'seen'> & Partial<Pick<PlannerState, 'inFlight'>>;

/** A group from a pool may serve before it was ever seen starting. */
function beganAt({ name, tags }: BurstGroup, state: Known | undefined): number | undefined {
  const last = state?.seen[name];
  if (last || !wasReady(tags)) return last?.health === 'starting' ? last.since : undefined;
  return state?.inFlight?.find((request) => request.kind === 'create' && request.name === name)?.at;
}

/**
 * Adds those that are taken away before they served (deleted, or stopped where they were declared beforehand): their start would have
 * taken longer than that. Those of a pool are few, and have seconds only.
 */
export function learnCut(
  experience: PlannerState['experience'],
  groups: BurstGroup[],
  actions: Action[],
  now: number,
): PlannerState['experience'] {
  const going = new Set(
    actions.flatMap((one) => (one.kind === 'delete-group' || one.kind === 'stop-group' ? [one.name] : [])),
  );
  const cut = groups.filter(({ name, health, tags }) => health === 'starting' && going.has(name) && !wasReady(tags));
  return cut.reduce(
    (next, group) =>
      changed(next, offeringKey(group), (known) => ({ every: withEvery(known, -secondsSince(group.since, now)) })),
    experience,
  );
}

/** Adds the refusals of creates: for each offering, as one outcome, the share of those asked for that was refused. */
export function learnRefusals(
  experience: PlannerState['experience'],
  results: ActionResult[],
): PlannerState['experience'] {
  const creates = results.flatMap(({ action, outcome, failure }) =>
    action.kind === 'create-group' && (outcome === 'accepted' || failure?.class === 'elsewhere')
      ? [{ key: action.offering ?? action.location, refused: outcome !== 'accepted' }]
      : [],
  );
  return [...Map.groupBy(creates, ({ key }) => key)].reduce((next, [key, asked]) => {
    const share = asked.filter(({ refused }) => refused).length / asked.length;
    return share > 0 ? changed(next, key, (known) => failed(known, share)) : next;
  }, experience);
}

/** The starts of those that served. */
export const servedOf = ({ starts }: One): number[] => starts;

/** Every start, those included that were taken away; what an earlier version stored does not tell them apart. */
export const everyOf = ({ every, starts }: One): number[] => every ?? starts;

const secondsSince = (since: number, now: number): number => Math.round((now - since) / 1000);

const lastOf = (known: readonly number[], seconds: number): number[] => [...known, seconds].slice(-STARTS_KEPT);

const withEvery = (known: One, seconds: number): number[] => lastOf(everyOf(known), seconds);

const started = (known: One, seconds: number): One => ({ ...failed(known, 0), starts: lastOf(known.starts, seconds) });

const failed = (known: One, share: number): One => ({
  ...known,
  failures: Math.round((known.failures * (1 - NEWEST) + share * NEWEST) * 1000) / 1000,
});

/** The newest last, and no more than are kept. */
function changed(
  experience: PlannerState['experience'],
  key: string,
  change: (known: One) => Partial<One>,
): Experience {
  const { [key]: known = { starts: [], failures: 0 }, ...others } = experience ?? {};
  const kept = Object.entries(others).slice(-(OFFERINGS_KEPT - 1));
  return { ...Object.fromEntries(kept), [key]: { ...known, ...change(known) } };
}
