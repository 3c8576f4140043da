// What was seen of each offering: how long starts took, and what share of the groups asked for was refused or failed.
// Bounded, and lost without harm.

import type { ActionResult, PlannerState } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { readyKey, wasReady } from './ready.ts';
import { offeringKey } from './tally.ts';

type Experience = NonNullable<PlannerState['experience']>;

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
    if (group.health === 'failed') next = added(next, key, undefined, 1);
    else {
      next = added(next, wasReady(group.tags) ? readyKey(key) : key, Math.round((now - since) / 1000), 0);
    }
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
    return share > 0 ? added(next, key, undefined, share) : next;
  }, experience);
}

function added(
  experience: PlannerState['experience'],
  key: string,
  startSeconds: number | undefined,
  failed: number,
): Experience {
  const last = experience?.[key] ?? { starts: [], failures: 0 };
  const starts = startSeconds === undefined ? last.starts : [...last.starts, startSeconds].slice(-STARTS_KEPT);
  const failures = Math.round((last.failures * (1 - NEWEST) + failed * NEWEST) * 1000) / 1000;
  const others = Object.entries(experience ?? {}).filter(([other]) => other !== key);
  return Object.fromEntries([...others.slice(-(OFFERINGS_KEPT - 1)), [key, { starts, failures }]]);
}
