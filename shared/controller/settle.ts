// What the answers of Azure teach: the state after the actions were applied. Accepted and unknown requests stay in
// flight until a read shows their effect; a definite refusal frees the ordinal, and closes the place or the revision.

import { accepted, refused } from '../failover/breaker.ts';
import { learnBudgets } from '../placement/budgets.ts';
import { startsGroup } from '../placement/claim.ts';
import { learnRefusals } from '../placement/experience.ts';
import type { Failure } from '../ports/errors.ts';
import { homeKey } from '../placement/offering.ts';
import { TAGS } from '../placement/tags.ts';
import type { ActionResult, Closed, InFlight, Placed, PlannerState } from './plan-types.ts';

const SOON_MS = 5_000;
const MANY = 4;
const ENOUGH = 3;
const RARE = 0.1;
const LATELY_MS = 60_000;

/** `declared`: the revision of today. `now` is the time of the plan that claimed the actions. */
export function settle(state: PlannerState, results: ActionResult[], declared: string, now: number): PlannerState {
  let next: PlannerState = { ...state, experience: learnRefusals(state.experience, results) };
  const odd = sporadic(state, results, now);
  for (const result of results) next = settleOne(withBudgets(next, result, now), result, declared, now, odd);
  return next;
}

function settleOne(state: PlannerState, result: ActionResult, declared: string, now: number, odd: Odd): PlannerState {
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
  const few = failure.class === 'elsewhere' ? odd.get(place) : undefined;
  const told: Failure = few ? { ...failure, class: 'wait', retryAfterMs: SOON_MS } : failure;
  return { ...freed, closed: refused(state.closed, place, told, now, few) };
}

/** Places that refused a few of many, and how many did what in the evaluations since they first did. */
type Odd = ReadonlyMap<string, NonNullable<Closed['few']>>;

/**
 * Places that refused a few of many: four in five were accepted at the same time or in the last minute, or nine in ten of those
 * before. Such a refusal is bad luck; to close the place for it would keep a whole burst waiting. It is tried again at the next
 * look.
 */
function sporadic({ experience, closed }: PlannerState, results: ActionResult[], now: number): Odd {
  const tries = results.flatMap(({ action, outcome, failure }) =>
    startsGroup(action) ? [{ action, outcome, failure }] : [],
  );
  const odd: [string, NonNullable<Closed['few']>][] = [];
  for (const [place, all] of Map.groupBy(tries, ({ action }) => placeOf(action))) {
    const bad = all.filter(({ failure }) => failure?.class === 'elsewhere').length;
    const good = all.filter(({ outcome }) => outcome === 'accepted').length;
    const [first] = all;
    const known = experience?.[first?.action.offering ?? place];
    const reliable = known !== undefined && known.starts.length >= ENOUGH && known.failures < RARE;
    const few = withEarlier({ accepted: good, refused: bad }, closed[place], now);
    if (bad > 0 && (few.accepted >= MANY * few.refused || (reliable && !closed[place]))) odd.push([place, few]);
  }
  return new Map(odd);
}

function withEarlier(few: NonNullable<Closed['few']>, entry: Closed | undefined, now: number): typeof few {
  if (!entry?.few || now - entry.until > LATELY_MS) return few;
  return { accepted: few.accepted + entry.few.accepted, refused: few.refused + entry.few.refused };
}

/** Throttling is of the region; want of room is of the place, size included. */
const placeOf = ({ place, location }: Placed & { location: string }): string => place ?? location;

function withBudgets(state: PlannerState, { action, outcome, budgets }: ActionResult, now: number): PlannerState {
  if (!budgets || (action.kind !== 'create-group' && action.kind !== 'delete-group')) return state;
  const home = action.kind === 'create-group' ? homeKey(action) : action.location;
  const kind = action.kind === 'create-group' ? 'create' : 'delete';
  return { ...state, budgets: learnBudgets(state.budgets, home, kind, budgets, outcome === 'accepted', now) };
}
