// What becomes of a burst that does not help (burst-help.ts)?
//
//   free ──not helping──> held ──after 5, 10, 20, 40, then 60 min──> tried ──helps, or no answer for ten minutes──> free
//                          ^                                           │
//                          └────────────────not helping────────────────┘
//
// Held: no more replicas than those that did not help are wanted, for the load of the queue and for alerts. Metrics are
// minutes late, so more may run by then: those go, because half as many did all that is done. Tried: half as many more. A
// hold ends early when the queue has not waited for three minutes. How often it was held is forgotten an hour after the
// last hold.

import type { HelpHold, HelpMemory, PlanInput } from '../controller/plan-types.ts';
import { impossible } from '../signals/impossible.ts';
import { lineAt, minuteWork } from '../signals/minute-work.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { judgeHelp, type Verdict } from './burst-help.ts';

const MINUTE_MS = 60_000;
const MINUTES_KEPT = 20;
/** Readings of the dead letters are kept for as long as a minute's metrics may be late, one each so often. */
const LETTERS_KEPT_MS = 6 * MINUTE_MS;
const LETTERS_GRAIN_MS = 15_000;
const FIRST_HOLD_MS = 5 * MINUTE_MS;
const LONGEST_HOLD_MS = 60 * MINUTE_MS;
const TRY_MS = 10 * MINUTE_MS;
const FORGOTTEN_MS = 60 * MINUTE_MS;
const IDLE_MINUTES = 3;
const TRY_SHARE = 1.5;

export interface Help {
  /** Most replicas to want for the queue; undefined: any number. */
  most?: number | undefined;
  reasons: Reason[];
  memory: HelpMemory | undefined;
}

/** `have` replicas serve or start. */
export function watchHelp({ workload, observation, state, now }: PlanInput, have: number): Help {
  if (!workload.scaling.queue) return { reasons: [], memory: undefined };
  const before = state?.help;
  const letters = lettersWith(before?.letters ?? [], observation.queue, now);
  const minutes = minutesWith(before?.minutes ?? [], observation.minutes, state?.flow ?? [], letters);
  const hold = nextHold(before?.hold, minutes, have, now);
  return { most: mostOf(hold, now), reasons: hold ? reasonsOf(hold, now) : [], memory: { minutes, letters, hold } };
}

type Letters = HelpMemory['letters'];

function lettersWith(known: Letters, queue: PlanInput['observation']['queue'], now: number): Letters {
  if (queue?.status !== 'read' || impossible(queue.value?.deadLetter, queue.at, now) !== undefined) return known;
  const { at, value } = queue;
  const last = known.at(-1);
  if (last && at - last[0] < LETTERS_GRAIN_MS) return known;
  return [...known.filter(([time]) => at - time <= LETTERS_KEPT_MS), [at, value.deadLetter]];
}

/** Dead letters by a moment, as the depth is told; those of the last reading after it. */
const lettersAt = (letters: Letters, at: number): number => (lineAt(letters, at) ?? letters.at(-1))?.[1] ?? 0;

function minutesWith(
  known: HelpMemory['minutes'],
  metrics: PlanInput['observation']['minutes'],
  flow: Parameters<typeof minuteWork>[2],
  letters: Letters,
): HelpMemory['minutes'] {
  if (metrics.length === 0) return known;
  const all = [...known];
  for (const { minute, incoming } of metrics) {
    if (minute <= (all.at(-1)?.minute ?? 0)) continue;
    const work = minuteWork(minute, incoming, flow);
    if (!work) continue;
    const { completed, busySeconds, waited } = work;
    // Somebody empties the dead-letter queue from time to time.
    const deadLettered = Math.max(0, lettersAt(letters, minute + MINUTE_MS) - lettersAt(letters, minute));
    const rounded = (value: number): number => Math.round(value * 10) / 10;
    all.push({
      minute,
      busy: rounded(busySeconds / 60),
      completed: rounded(completed - deadLettered),
      deadLettered: rounded(deadLettered),
      waited,
    });
  }
  return all.slice(-MINUTES_KEPT);
}

function nextHold(
  hold: HelpHold | undefined,
  minutes: HelpMemory['minutes'],
  have: number,
  now: number,
): HelpHold | undefined {
  if (!hold) {
    const verdict = judgeHelp(minutes, 0);
    return verdict?.helps === false ? held(hold, verdict, have, now) : undefined;
  }
  if (now < hold.until) return idleSince(minutes, hold.since) ? { ...hold, until: now, freed: true } : hold;
  // What led to a hold is no answer to what is tried after it.
  const known = minutes.filter(({ minute }) => minute >= hold.since);
  const verdict = judgeHelp(known, hold.until);
  if (verdict?.helps === false) return held(hold, verdict, have, now);
  return now - hold.until >= FORGOTTEN_MS ? undefined : tried(hold, verdict, minutes, now);
}

function tried(hold: HelpHold, verdict: Verdict | undefined, minutes: HelpMemory['minutes'], now: number): HelpHold {
  if (verdict?.helps) return { ...hold, freed: true, times: 0 };
  const waits = now - hold.until < TRY_MS && !hold.freed && !idleSince(minutes, hold.until);
  return waits ? hold : { ...hold, freed: true };
}

function held(before: HelpHold | undefined, verdict: Verdict, have: number, now: number): HelpHold {
  const times = (before?.times ?? 0) + 1;
  const { helps: _, ...numbers } = verdict;
  // What was tried and did not help is no level to stay at.
  const replicas = before && !before.freed ? before.replicas : Math.min(have, Math.ceil(verdict.to));
  return {
    ...numbers,
    replicas,
    since: now,
    until: now + Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (times - 1)),
    times,
  };
}

/** Whether the last minutes, all of after a moment, found nothing that waits. */
function idleSince(minutes: HelpMemory['minutes'], since: number): boolean {
  const last = minutes.slice(-IDLE_MINUTES);
  return last.length === IDLE_MINUTES && last.every(({ minute, waited }) => minute >= since && !waited);
}

const tryMost = ({ replicas }: HelpHold): number => Math.max(replicas + 1, Math.ceil(replicas * TRY_SHARE));

function mostOf(hold: HelpHold | undefined, now: number): number | undefined {
  if (!hold || hold.freed) return undefined;
  return now < hold.until ? hold.replicas : tryMost(hold);
}

function reasonsOf(hold: HelpHold, now: number): Reason[] {
  if (hold.freed) return [];
  const { until, since: _, freed: __, replicas: held, ...numbers } = hold;
  const next = tryMost(hold);
  if (now >= until) {
    const often = hold.times === 1 ? 'once' : `${hold.times} times`;
    return [reason('burst-tried', { often, most: next, seconds: (until + TRY_MS - now) / 1000 })];
  }
  return [reason('burst-not-helping', { ...numbers, held, next, seconds: (until - now) / 1000 })];
}
