// What the answers of Azure teach: the state after the actions were applied. Accepted and unknown requests stay in
// flight until a read shows their effect; a definite refusal frees the ordinal, and closes the place or the revision.

import { accepted, refused } from '../failover/breaker.ts';
import { sporadicRefusals, type Answer } from '../failover/sporadic.ts';
import { learnBudgets } from '../placement/budgets.ts';
import { startsGroup } from '../placement/claim.ts';
import { learnRefusals } from '../placement/experience.ts';
import type { Failure } from '../ports/errors.ts';
import { homeKey } from '../placement/offering.ts';
import { TAGS } from '../placement/tags.ts';
import type { ActionResult, InFlight, Placed, PlannerState } from './plan-types.ts';

/** A place that refuses a few of many is asked again at the next look. */
const SOON_MS = 5_000;

/** `declared`: the revision of today. `now` is the time of the plan that claimed the actions. */
export function settle(state: PlannerState, results: ActionResult[], declared: string, now: number): PlannerState {
  const { asked, odd } = sporadicRefusals(state, answersOf(results), now);
  let next: PlannerState = { ...state, experience: learnRefusals(state.experience, results), asked };
  for (const result of results) next = settleOne(withBudgets(next, result, now), result, declared, now, odd);
  return next;
}

function settleOne(
  state: PlannerState,
  result: ActionResult,
  declared: string,
  now: number,
  odd: ReadonlySet<string>,
): PlannerState {
  const { action, outcome, failure } = result;
  if (!('ordinal' in action)) return state;
  // By ordinal, because what was found in place of a create may stand in another location under another name.
  const own = state.inFlight.find((request) => request.at === now && request.ordinal === action.ordinal);
  const others = state.inFlight.filter((request) => request !== own);
  const { name, location } = action;
  const keep = (value: InFlight['outcome']): PlannerState => ({
    ...state,
    inFlight: own ? [...others, { ...own, name, location, outcome: value }] : others,
  });
  if (outcome === 'accepted') {
    const kept = keep('accepted');
    return startsGroup(action) ? { ...kept, closed: accepted(kept.closed, placeOf(action), now) } : kept;
  }
  // What was found in place of a create is looked at by name next time, though lists may still lack it.
  if (outcome === 'adopted') return keep('accepted');
  if (outcome === 'skipped') return { ...state, inFlight: others };
  if (!failure || failure.class === 'unknown') return keep('unknown');
  const freed = { ...state, inFlight: others };
  if (!startsGroup(action)) return freed;
  const revision = (action.kind === 'create-group' ? action.tags[TAGS.revision] : undefined) ?? declared;
  if (failure.class === 'permanent') return { ...freed, refusedRevision: { revision, failure } };
  const place = failure.class === 'wait' ? location : placeOf(action);
  const isOdd = failure.class === 'elsewhere' && odd.has(place);
  const told: Failure = isOdd ? { ...failure, class: 'wait', retryAfterMs: SOON_MS } : failure;
  return { ...freed, closed: refused(state.closed, place, told, now) };
}

const answersOf = (results: ActionResult[]): Answer[] =>
  results.flatMap(({ action, outcome, failure }) => {
    if (!startsGroup(action) || (outcome !== 'accepted' && failure?.class !== 'elsewhere')) return [];
    return [{ place: placeOf(action), refused: outcome !== 'accepted' }];
  });

/** Throttling is of the region; want of room is of the place, size included. */
const placeOf = ({ place, location }: Placed & { location: string }): string => place ?? location;

function withBudgets(state: PlannerState, { action, outcome, budgets }: ActionResult, now: number): PlannerState {
  if (!budgets || (action.kind !== 'create-group' && action.kind !== 'delete-group')) return state;
  const home = action.kind === 'create-group' ? homeKey(action) : action.location;
  const kind = action.kind === 'create-group' ? 'create' : 'delete';
  return { ...state, budgets: learnBudgets(state.budgets, home, kind, budgets, outcome === 'accepted', now) };
}
