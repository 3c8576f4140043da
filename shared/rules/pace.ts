// How far may the wanted number move now? For each policy, with the numbers that were wanted within its period:
//
//   out   the lowest of them plus N, or plus P percent, rounded up and by one at least
//   in    the highest of them less N, or less P percent, rounded down and by one at least
//
// so that no two moments within a period differ by more, whatever was read between them. Of several policies the one that
// allows most counts, or least, as the user says. A cool-down lets nothing further in its direction; it counts from when the
// last change was done: when nothing starts, or drains, any more. What starts ten minutes after growth is no part of it: where
// replicas end by themselves, or one never comes up, something always starts. What was wanted last may always stay, also when
// the policies have just been set.
// Minimum, maximum and spend are harder limits and come after.

import type { PaceMemory, PlanInput } from '../controller/plan-types.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Pace, PacePolicies, PacePolicy } from '../workload/pace.ts';
import type { Fleet } from './wanted.ts';

export interface PaceBounds {
  least: number;
  most: number;
  /** Which bound stopped the wish, when one did; `asked`: with what alerts add, which keep nothing. */
  reasons: (wanted: number, asked?: number) => Reason[];
}

const FREE: PaceBounds = { least: 0, most: Infinity, reasons: () => [] };

/** Longest that growth takes to be done. */
const GROWTH_MS = 10 * 60_000;

const thereNow = ({ serving, starting }: Fleet): number => serving + starting.length;

const seconds = (from: number, to: number): number => (to - from) / 1000;

export function paceBounds({ workload, state, now }: PlanInput, fleet: Fleet): PaceBounds {
  const { pace } = workload.scaling;
  if (!pace) return FREE;
  const memory = state?.pace;
  const targets = memory?.targets ?? [];
  const last = targets.at(-1)?.[1] ?? thereNow(fleet);
  const outCools = coolingDown(growthNow(memory?.out, fleet, now), pace.outCoolDownSeconds, now);
  const inCools = coolingDown(shrinkingNow(memory?.in, fleet, now), pace.inCoolDownSeconds, now);
  const within = (policy: PacePolicy): number[] => inForce(targets, last, now - policy.periodSeconds * 1000);
  const lowest = (policy: PacePolicy): number => Math.min(...within(policy));
  const highest = (policy: PacePolicy): number => Math.max(...within(policy));
  const freeMost = selected(pace.outPolicies, last, Infinity, (policy) => upFrom(policy, lowest(policy)));
  // The policy that allows the larger change in is the one with the lower bound.
  const freeLeast = selected(opposite(pace.inPolicies), last, 0, (policy) => downFrom(policy, highest(policy)));
  const most = outCools === undefined ? Math.max(last, freeMost) : last;
  const least = inCools === undefined ? Math.min(last, freeLeast) : last;
  const outReason = (wanted: number): Reason =>
    reason('pace-out', { wanted, most, why: outCools ?? policyText(pace.outPolicies, lowest) });
  const inReason = (wanted: number): Reason =>
    reason('pace-in', { wanted, least, why: inCools ?? policyText(pace.inPolicies, highest) });
  return {
    least,
    most,
    reasons: (wanted, asked = wanted) => [
      ...(asked > most ? [outReason(asked)] : []),
      ...(wanted < least ? [inReason(wanted)] : []),
    ],
  };
}

/** What was wanted from `since` on, the number that held at that moment included. */
function inForce(targets: PaceMemory['targets'], last: number, since: number): number[] {
  const first = Math.max(
    0,
    targets.findLastIndex(([at]) => at <= since),
  );
  return [last, ...targets.slice(first).map(([, target]) => target)];
}

function selected(
  policies: PacePolicies | undefined,
  last: number,
  free: number,
  bound: (policy: PacePolicy) => number,
): number {
  if (!policies) return free;
  if (policies.policies.length === 0) return last;
  const bounds = policies.policies.map(bound);
  return policies.select === 'max' ? Math.max(...bounds) : Math.min(...bounds);
}

const opposite = (policies: PacePolicies | undefined): PacePolicies | undefined =>
  policies && { ...policies, select: policies.select === 'max' ? 'min' : 'max' };

const upFrom = ({ amount, percent }: PacePolicy, lowest: number): number =>
  lowest + (percent ? Math.max(1, Math.ceil((lowest * amount) / 100)) : amount);

const downFrom = ({ amount, percent }: PacePolicy, highest: number): number =>
  Math.max(0, highest - (percent ? Math.max(1, Math.floor((highest * amount) / 100)) : amount));

/** Why nothing moves further in a direction now, by its cool-down. */
function coolingDown(change: PaceMemory['out'], coolDown = 0, now: number): string | undefined {
  if (!change || coolDown === 0) return undefined;
  if (change.busy) return `the last change is not done, and cools down for ${coolDown} s after that`;
  const left = coolDown - seconds(change.at, now);
  return left > 0 ? `the last change cools down for ${Math.ceil(left)} s more` : undefined;
}

/** `from`: the number that a policy counts from. */
function policyText(policies: PacePolicies | undefined, from: (policy: PacePolicy) => number): string {
  if (!policies || policies.policies.length === 0) return 'this direction is off';
  const list = policies.policies.map((one) => {
    const amount = one.percent ? `${one.amount} % and one at least` : String(one.amount);
    return `${amount} in ${one.periodSeconds} s from ${from(one)}`;
  });
  return `at most ${list.join(policies.select === 'max' ? ' or ' : ' and ')}`;
}

/** What is wanted now, after all limits, for the next evaluation; undefined where no pace is set. */
export function rememberPace(
  { workload, state, now }: PlanInput,
  target: number,
  fleet: Fleet,
): PaceMemory | undefined {
  const { pace } = workload.scaling;
  if (!pace) return undefined;
  const before = state?.pace;
  const longest = longestSeconds(pace) * 1000;
  const known: PaceMemory['targets'] = before?.targets ?? [[now, thereNow(fleet)]];
  const last = known.at(-1)?.[1];
  const all: PaceMemory['targets'] = last === target ? known : [...known, [now, target]];
  const first = Math.max(
    0,
    all.findLastIndex(([at]) => at <= now - longest),
  );
  return {
    targets: all.slice(first),
    out: last !== undefined && target > last ? { at: now, busy: true, from: now } : growthNow(before?.out, fleet, now),
    in: last !== undefined && target < last ? { at: now, busy: true } : shrinkingNow(before?.in, fleet, now),
  };
}

const longestSeconds = ({ outPolicies, inPolicies }: Pace): number =>
  Math.max(0, ...[outPolicies, inPolicies].flatMap((some) => some?.policies.map((one) => one.periodSeconds) ?? []));

const growthNow = (out: PaceMemory['out'], { starting }: Fleet, now: number): PaceMemory['out'] =>
  changeNow(out, starting.length > 0 && now - (out?.from ?? now) < GROWTH_MS, now);

const shrinkingNow = (into: PaceMemory['in'], { leaving = 0 }: Fleet, now: number): PaceMemory['in'] =>
  changeNow(into, leaving > 0, now);

function changeNow<T extends PaceMemory['out']>(change: T, moving: boolean, now: number): T {
  if (!change?.busy) return change;
  return moving ? { ...change, at: now } : { ...change, busy: false };
}
