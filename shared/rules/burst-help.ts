// Do more replicas help? When a database is the bottleneck, or a queue has fewer sessions than replicas, they only cost.
// Judged by whole minutes (signals/minute-work.ts) in which the queue waited all the time, so that replicas did what they
// could: those since the growth, three to ten of them, against those before it, up to five, in which at most two thirds as
// many were at work. With completions c0, c1 a minute and k times as many replicas, more do not help when both hold:
//
//   c1 < 1.1 c0                                                       they raise completions by less than a tenth
//   k c0 - c1 > 4 sqrt(k^2 c0 / minutes before + c1 / minutes after)  and chance does not explain it: were they of use,
//                                                                     c1 would be k c0, as far as counts are certain
//
// unless among these minutes some with more replicas did more than some with fewer: then each became slower of itself, just
// when there were more. Nor do they help when the share of messages that become dead letters at least doubles with them,
// chance excluded.

/** What the replicas did in one minute. */
export interface HelpMinute {
  /** Its start, epoch ms. */
  minute: number;
  /** Replicas at work, on average. */
  busy: number;
  /** Messages done, without dead letters. */
  completed: number;
  deadLettered: number;
  waited: boolean;
}

export interface Compared {
  /** Minutes since the growth. */
  minutes: number;
  /** Replicas at work before and since. */
  from: number;
  to: number;
  /** Messages done a second before and since. */
  before: number;
  after: number;
  /** Percent of the messages that became dead letters, before and since. */
  lettersBefore: number;
  lettersAfter: number;
}

export type Verdict = { helps: boolean; by: 'completions' | 'dead letters' } & Compared;

const MORE = 1.5;
const RAISED = 1.1;
const FEWEST = 3;
const MOST = 10;
/** With fewer replicas one that is not known to work is too large a share, and there is little to save. */
const LEAST_BUSY = 3;
const BEFORE_MOST = 5;
const SURE = 4;
/** Deviations between two minutes that are no chance. */
const NOTABLE = 3;
/** Shares of replicas that are as many. */
const LIKE = 0.9;
/** Dead letters that none may have been. */
const FEW = 3;
/** Fewer dead letters than this are none. */
const LETTERS_LEAST = 10;

/** Oldest first; minutes since the growth count from `since` on. Undefined where they say nothing. */
export function judgeHelp(minutes: readonly HelpMinute[], since: number): Verdict | undefined {
  if (!everGrew(minutes)) return undefined;
  let helps: Verdict | undefined;
  for (let count = FEWEST; count <= MOST; count++) {
    const after = minutes.slice(-count);
    if (after.length < count || (after[0]?.minute ?? 0) < since) break;
    const fewest = Math.min(...after.map(({ busy }) => busy));
    const before = minutes.slice(0, -count).filter(({ busy }) => busy >= LEAST_BUSY && busy * MORE <= fewest);
    const verdict = byCompletions(before, after, minutes.slice(-count - BEFORE_MOST)) ?? byLetters(before, after);
    if (verdict?.helps === false) return verdict;
    helps ??= verdict;
  }
  return helps;
}

/** Whether the last minute had so many more at work than any one before that there is something to compare, mostly not. */
function everGrew(minutes: readonly HelpMinute[]): boolean {
  const now = minutes.at(-1)?.busy ?? 0;
  return minutes.some(({ busy }) => busy >= LEAST_BUSY && busy * MORE <= now);
}

function byCompletions(
  before: readonly HelpMinute[],
  after: readonly HelpMinute[],
  all: readonly HelpMinute[],
): Verdict | undefined {
  const waited = before.filter((one) => one.waited).slice(-BEFORE_MOST);
  if (waited.length === 0 || !after.every((one) => one.waited)) return undefined;
  const [less, more] = [totals(waited), totals(after)];
  const growth = more.busy / less.busy;
  if (more.completed >= RAISED * less.completed || slowerAlone(all, after, less))
    return { helps: true, by: 'completions', ...compared(less, more) };
  const chance = Math.sqrt((growth ** 2 * less.completed) / less.minutes + more.completed / more.minutes);
  const sure = growth * less.completed - more.completed > SURE * chance;
  return sure ? { helps: false, by: 'completions', ...compared(less, more) } : undefined;
}

/**
 * Whether since then more of them did more all the same: then each became slower of itself, and more of them do help. Were
 * there a bottleneck, the fewer would have done as much.
 */
const slowerAlone = (all: readonly HelpMinute[], after: readonly HelpMinute[], { busy }: Totals): boolean =>
  after.some((more) =>
    all.some(
      (less) =>
        less.waited &&
        less.busy >= LIKE * busy &&
        less.busy < LIKE * more.busy &&
        more.completed >= RAISED * less.completed &&
        more.completed - less.completed > NOTABLE * Math.sqrt(more.completed + less.completed),
    ),
  );

function byLetters(before: readonly HelpMinute[], after: readonly HelpMinute[]): Verdict | undefined {
  const recent = before.slice(-BEFORE_MOST);
  if (recent.length === 0) return undefined;
  const [less, more] = [totals(recent), totals(after)];
  const handled = (less.completed + less.letters) * less.minutes;
  const letters = more.letters * more.minutes;
  if (handled <= 0 || letters < LETTERS_LEAST) return undefined;
  const seen = less.letters * less.minutes;
  const scale = ((more.completed + more.letters) * more.minutes) / handled;
  // As many as there may have been at most, by chance: none in a few messages is no certainty.
  const usual = scale * (seen + SURE * Math.sqrt(seen + 1) + FEW);
  const sure = letters > usual + SURE * Math.sqrt(usual) && letters >= 2 * scale * seen;
  return sure ? { helps: false, by: 'dead letters', ...compared(less, more) } : undefined;
}

interface Totals {
  minutes: number;
  /** Each a minute. */
  busy: number;
  completed: number;
  letters: number;
}

function totals(minutes: readonly HelpMinute[]): Totals {
  const mean = (of: (one: HelpMinute) => number): number =>
    minutes.reduce((sum, one) => sum + of(one), 0) / minutes.length;
  return {
    minutes: minutes.length,
    busy: mean(({ busy }) => busy),
    completed: mean(({ completed }) => Math.max(0, completed)),
    letters: mean(({ deadLettered }) => Math.max(0, deadLettered)),
  };
}

const compared = (less: Totals, more: Totals): Compared => ({
  minutes: more.minutes,
  from: less.busy,
  to: more.busy,
  before: less.completed / 60,
  after: more.completed / 60,
  lettersBefore: percent(less),
  lettersAfter: percent(more),
});

const percent = ({ letters, completed }: Totals): number =>
  letters === 0 ? 0 : (100 * letters) / (letters + completed);
