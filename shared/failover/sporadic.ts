// Which refusals are bad luck? A place takes most of what it is asked for and refuses a few; to close it for these would keep a
// whole burst waiting. Of each place is remembered how many of the last sixty groups or so it accepted and refused. A refusal is
// sporadic when, with those of now,
//
//   accepted >= 4 x refused     and it accepts some now, too, or refuses one or two, the first time in a minute that it takes none
//
// A place that takes nothing any more is so found out the second time, whatever it took before. One that takes some between begins
// anew: chance refuses the one group, too, that is asked for again after a burst.

import type { PlannerState } from '../controller/plan-types.ts';
import type { Asked } from './trouble.ts';

type Memory = NonNullable<PlannerState['asked']>;

/** What became of one request for a group. */
export interface Answer {
  place: string;
  refused: boolean;
}

const MANY = 4;
const FEW = 2;
const LATELY_MS = 60_000;
/** Of more answers than these both counts are halved, so that the newest weigh most. */
const ANSWERS_KEPT = 60;
const PLACES_KEPT = 40;

/** The memory with these answers, and the places whose refusals among them are sporadic. */
export function sporadicRefusals(
  { asked = {} }: Pick<PlannerState, 'asked'>,
  answers: Answer[],
  now: number,
): { asked: Memory; odd: ReadonlySet<string> } {
  const next = new Map(Object.entries(asked));
  const odd = new Set<string>();
  for (const [place, all] of Map.groupBy(answers, (answer) => answer.place)) {
    const bad = all.filter(({ refused }) => refused).length;
    const good = all.length - bad;
    const before: Asked = next.get(place) ?? { accepted: 0, refused: 0 };
    const [accepted, refused] = [before.accepted + good, before.refused + bad];
    const kept = accepted + refused > ANSWERS_KEPT ? 0.5 : 1;
    next.delete(place);
    next.set(place, { accepted: accepted * kept, refused: refused * kept, ...(good === 0 && { noneAt: now }) });
    const isNew = bad <= FEW && now - (before.noneAt ?? -Infinity) >= LATELY_MS;
    if (bad > 0 && accepted >= MANY * refused && (good > 0 || isNew)) odd.add(place);
  }
  return { asked: Object.fromEntries([...next].slice(-PLACES_KEPT)), odd };
}
