// What the answers of Azure teach: the state after the actions were applied. Accepted and unknown requests stay in
// flight until a read shows their effect; a definite refusal frees the ordinal, and closes the place or the revision.

import { close } from '../placement/offerings.ts';
import type { ActionResult, InFlight, PlannerState } from './plan-types.ts';

/** `now` is the time of the plan that claimed the actions. */
export function settle(state: PlannerState, results: ActionResult[], revision: string, now: number): PlannerState {
  let next = state;
  for (const result of results) next = settleOne(next, result, revision, now);
  return next;
}

function settleOne(
  state: PlannerState,
  { action, outcome, failure }: ActionResult,
  revision: string,
  now: number,
): PlannerState {
  if (!('ordinal' in action)) return state;
  // By ordinal, because what was found in place of a create may stand in another location under another name.
  const own = state.inFlight.find((request) => request.at === now && request.ordinal === action.ordinal);
  const others = state.inFlight.filter((request) => request !== own);
  const { name, location } = action;
  const keep = (value: InFlight['outcome']): PlannerState => ({
    ...state,
    inFlight: own ? [...others, { ...own, name, location, outcome: value }] : others,
  });
  if (outcome === 'accepted') return opened(keep('accepted'), action.location);
  // What was found in place of a create is looked at by name next time, though lists may still lack it.
  if (outcome === 'adopted') return keep('accepted');
  if (outcome === 'skipped') return { ...state, inFlight: others };
  if (!failure || failure.class === 'unknown') return keep('unknown');
  const freed = { ...state, inFlight: others };
  if (action.kind !== 'create-group' && action.kind !== 'start-group') return freed;
  if (failure.class === 'permanent') return { ...freed, refusedRevision: { revision, failure } };
  return { ...freed, closed: close(state.closed, action.location, failure, now) };
}

/** A place that accepts again is open, and its failures are forgotten. */
function opened(state: PlannerState, location: string): PlannerState {
  if (!(location in state.closed)) return state;
  const { [location]: _, ...closed } = state.closed;
  return { ...state, closed };
}
