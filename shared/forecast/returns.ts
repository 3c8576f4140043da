// Should groups wait for the next burst, come back in time for it, or be forgotten? The gaps between the last bursts tell.
// Holding an idle replica costs a second for each second; a burst that finds none costs `worth` (late messages, and a
// start); one that is made ready costs its start. Of all ways to act the one is taken that would have been cheapest for
// the gaps that were seen:
//
//   hold for h        gap if gap <= h, else h + worth
//   ready from a on   gap - a + start, if not earlier than a plus the time a start takes, else worth;
//                     and once none comes until it is given up: two gaps that are alike by chance are no series yet
//
// Holding is the ski-rental problem with what is known of the past (Karlin, Manasse, McGeoch and Owicki, Competitive
// Randomized Algorithms for Nonuniform Problems, 1994); to let go and be back just before the gaps that were seen is the
// hybrid histogram policy of serverless platforms (Shahrad et al., Serverless in the Wild, USENIX ATC 2020), here with the
// last gaps themselves. As long as too few were seen, half of `worth` is held; but what was longer than that at the first gap is
// expected after it once more, because what a clock starts comes as regularly as that. A burst that needed fewer than these costs
// nothing when it finds none.

export interface Worth {
  /** Seconds of an idle replica that a burst which finds it is worth. */
  worth: number;
  /** Seconds until a group asked for serves even if it is slow. */
  lead: number;
  /** Whether groups may be made ready for a burst to come. */
  ready: boolean;
}

export interface Returning {
  /** Seconds to hold after the burst. */
  hold: number;
  /** Seconds after it from which, and until when, to be ready again. */
  from?: number | undefined;
  to?: number | undefined;
}

/** Gaps that say something. */
export const ENOUGH = 2;
const UNKNOWN_SHARE = 1 / 2;
/** Seconds that a start and an end bill. */
export const START_SECONDS = 60;
/** Gaps vary: what is held is held a little longer than the longest, and what is made ready a little earlier. */
const LATER = 1.05;
const MARGIN_SECONDS = 5;
const OVERDUE_SECONDS = 15;

/** `seen`: the last gaps (`Level`). */
export function returningOf(seen: readonly number[], { worth, lead, ready }: Worth): Returning {
  const gaps = seen.map((gap) => ({ gap: Math.abs(gap), missed: gap < 0 ? 0 : worth }));
  const lengths = gaps.map(({ gap }) => gap);
  if (gaps.length < ENOUGH) return asBefore(lengths[0], { worth, lead, ready });
  const held = cheapest([0, ...lengths], (hold) => sum(gaps, ({ gap, missed }) => (gap <= hold ? gap : hold + missed)));
  const waiting = { hold: held?.value ? held.value * LATER + MARGIN_SECONDS : 0 };
  if (!ready) return waiting;
  const longest = Math.max(...lengths);
  const spread = (longest - Math.min(...lengths)) / gaps.length;
  const starts = lengths.map((gap) => gap - lead - MARGIN_SECONDS - spread).filter((from) => from > 0);
  const to = longest * LATER + OVERDUE_SECONDS;
  const made = cheapest(starts, (from) => {
    const costs = ({ gap, missed }: Gap) =>
      gap < from + lead ? missed + Math.max(0, gap - from) : gap - from + START_SECONDS;
    return sum(gaps, costs) + to - from + START_SECONDS;
  });
  if (!made || (held && held.cost <= made.cost)) return waiting;
  return { hold: 0, from: made.value, to };
}

function asBefore(gap: number | undefined, { worth, lead, ready }: Worth): Returning {
  const hold = worth * UNKNOWN_SHARE;
  if (gap === undefined || !ready) return { hold };
  const from = gap - lead - MARGIN_SECONDS;
  return from > hold ? { hold: 0, from, to: gap * LATER + OVERDUE_SECONDS } : { hold };
}

interface Gap {
  gap: number;
  /** What the burst costs that ends it and finds none: nothing where so many were not needed. */
  missed: number;
}

const sum = (gaps: readonly Gap[], cost: (gap: Gap) => number): number =>
  gaps.reduce((total, gap) => total + cost(gap), 0);

/** Of several that cost the same the first. */
function cheapest(values: number[], costOf: (value: number) => number): { value: number; cost: number } | undefined {
  let best: { value: number; cost: number } | undefined;
  for (const value of values) {
    const cost = costOf(value);
    if (!best || cost < best.cost) best = { value, cost };
  }
  return best;
}
