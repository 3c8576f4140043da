// Promise 3, the change rate over time: what is asked for moves no further within a period than the policies say, and not at
// all in a direction that cools down. And promise 7: a decision that says its pace holds something back is right about how far
// it may go, so that the pace is no excuse.
//
// What is asked for is what the base serves and the groups wanted beside it. It is known in bounds only: where no group is
// wanted fewer may be asked for than the base serves, and a managed base may serve more than is counted on while it shrinks.
// Failures, evictions and groups taken back change what runs, and not what is asked for. Limits come after the pace and may
// break it: the least and the greatest number of groups, money, and an operator who drains all. Periods are those of the
// controller's clock.
//
// What a decision asked for that was never told, because its process died, is not known here: then the history begins anew.
// One that is told after a later one was made is no news.

import type { Decision } from '../../../shared/controller/plan-types.ts';
import type { ReasonCode } from '../../../shared/telemetry/reasons.ts';
import type { Pace, PacePolicies, PacePolicy } from '../../../shared/workload/pace.ts';
import type { Check, LivingWorkload, Truth } from './check.ts';

interface Asked {
  /** By the controller's clock. */
  at: number;
  /** Replicas that were asked for, at least and at most. */
  least: number;
  most: number;
}

interface History {
  bornAt: number;
  /** Evaluations that had claimed when the last of them was told. */
  claims: number;
  asked: Asked[];
}

/** What was started for a change serves so long after it at the latest; what does not is no part of it. */
const DONE_MS = 10 * 60_000;

const RAISES: ReadonlySet<ReasonCode> = new Set(['at-minimum']);
const LOWERS: ReadonlySet<ReasonCode> = new Set(['at-maximum', 'spend-limit', 'paused']);

export function pace(truth: Truth): Check {
  const histories = new Map<string, History>();

  /** All that was asked for before this decision, as long as nothing is missing; undefined when a later one was made. */
  function before({ workload, at }: Decision): Asked[] | undefined {
    const [bornAt, claims] = [truth.stateBornAt(workload), truth.claims(workload)];
    if (claims.observedAt > at) return undefined;
    const known = histories.get(workload);
    const asked = known?.bornAt === bornAt && claims.count === known.claims + 1 ? known.asked : [];
    histories.set(workload, { bornAt, claims: claims.count, asked });
    return asked;
  }

  function judge(name: string, pace: Pace, asked: Asked[], now: Asked, reasons: Decision['reasons']): void {
    const last = asked.at(-1);
    if (!last) return;
    const limitedBy = (codes: ReadonlySet<ReasonCode>): boolean => reasons.some(({ code }) => codes.has(code));
    const most = Math.max(last.most, out(pace.outPolicies, asked, now.at, 'most'));
    if (now.least > most && !limitedBy(RAISES))
      truth.violate(3, `${name} asks for ${now.least} replicas; its pace allows ${most}`);
    const least = Math.min(last.least, into(pace.inPolicies, asked, now.at, 'least'));
    if (now.most < least && !limitedBy(LOWERS))
      truth.violate(3, `${name} asks for ${now.most} replicas; its pace keeps ${least}`);
    const grew = now.least > last.most && !limitedBy(RAISES);
    const shrank = now.most < last.least && !limitedBy(LOWERS);
    if (grew)
      judgeCoolDown(
        name,
        pace.outCoolDownSeconds,
        now,
        lastChange(asked, (a, b) => b.least > a.most),
      );
    if (shrank)
      judgeCoolDown(
        name,
        pace.inCoolDownSeconds,
        now,
        lastChange(asked, (a, b) => b.most < a.least),
      );
  }

  function judgeCoolDown(name: string, seconds = 0, { at, most }: Asked, before: number | undefined): void {
    if (before === undefined || seconds === 0 || at - before >= seconds * 1000) return;
    truth.violate(
      3,
      `${name} asks for ${most} replicas ${(at - before) / 1000} s after a change; ${seconds} s cool down`,
    );
  }

  /** Bounds that a decision names, where all is known that they come from. */
  function judgeReasons(name: string, pace: Pace, asked: Asked[], now: Asked, reasons: Decision['reasons']): void {
    const [first, last] = [asked[0], asked.at(-1)];
    if (!first || !last || first.at > now.at - rememberedMs(pace) || !isOrdered([...asked, now])) return;
    const grew = lastChange(asked, (a, b) => b.most > a.least);
    for (const { code, values } of reasons) {
      if (code === 'pace-out' && !mayCool(pace.outCoolDownSeconds, grew, now)) {
        const allowed = Math.max(last.least, out(pace.outPolicies, asked, now.at, 'least'));
        if (Number(values['most']) < allowed)
          truth.violate(7, `${name} says that at most ${values['most']} replicas may be wanted, and ${allowed} may`);
      }
      if (code === 'pace-in' && !pace.inCoolDownSeconds) {
        const kept = Math.min(last.most, into(pace.inPolicies, asked, now.at, 'most'));
        if (Number(values['least']) > kept)
          truth.violate(7, `${name} says that at least ${values['least']} replicas must stay, and ${kept} must`);
      }
    }
  }

  return {
    decided(decision) {
      const { workload: name, at, mode, reasons } = decision;
      const living = truth.workloads.get(name);
      const declared = living?.workload.scaling.pace;
      if (!living || !declared || mode !== 'enforce') return;
      const asked = before(decision);
      if (!asked) return;
      const now = { at, ...askedFor(decision, living) };
      judge(name, declared, asked, now, reasons);
      judgeReasons(name, declared, asked, now, reasons);
      const inForce = asked.findLastIndex((one) => one.at <= at - rememberedMs(declared));
      asked.splice(0, Math.max(0, inForce));
      asked.push(now);
    },
  };
}

function askedFor({ figures }: Decision, { workload }: LivingWorkload): { least: number; most: number } {
  // During a rollout more are wanted than are asked for, and `needed` are.
  const most = figures.surge === undefined ? figures.wanted : (figures.needed ?? figures.wanted);
  const groups = most - figures.baseServing;
  if (groups <= 0) return { least: 0, most };
  return { least: workload.scaling.base.mode === 'manage' ? groups : most, most };
}

type Bound = 'least' | 'most';

/** The number that no more may be asked for than: of no policies at all none, so that what was asked for last stays. */
function out(policies: PacePolicies | undefined, asked: Asked[], at: number, bound: Bound): number {
  if (!policies) return Infinity;
  const bounds = policies.policies.map((policy) => {
    const lowest = Math.min(...within(policy, asked, at).map((one) => one[bound]));
    return lowest + step(policy, lowest, Math.ceil);
  });
  return policies.select === 'max' ? Math.max(...bounds) : Math.min(...bounds);
}

function into(policies: PacePolicies | undefined, asked: Asked[], at: number, bound: Bound): number {
  if (!policies) return 0;
  const bounds = policies.policies.map((policy) => {
    const highest = Math.max(...within(policy, asked, at).map((one) => one[bound]));
    return Math.max(0, highest - step(policy, highest, Math.floor));
  });
  return policies.select === 'max' ? Math.min(...bounds) : Math.max(...bounds);
}

const step = ({ amount, percent }: PacePolicy, from: number, round: (share: number) => number): number =>
  percent ? Math.max(1, round((from * amount) / 100)) : amount;

/** What was asked for in the period until `at`, with what held when it began. */
function within({ periodSeconds }: PacePolicy, asked: Asked[], at: number): Asked[] {
  return asked.slice(
    Math.max(
      0,
      asked.findLastIndex((one) => one.at <= at - periodSeconds * 1000),
    ),
  );
}

function lastChange(asked: Asked[], changed: (before: Asked, after: Asked) => boolean): number | undefined {
  return asked.findLast((one, index) => {
    const earlier = asked[index - 1];
    return earlier !== undefined && changed(earlier, one);
  })?.at;
}

/** A clock that was put back tells nothing about how long ago something was. */
const isOrdered = (asked: Asked[]): boolean =>
  asked.every(({ at }, index) => index === 0 || at >= (asked[index - 1]?.at ?? 0));

/** Whether growth may still cool down. */
const mayCool = (seconds = 0, changed: number | undefined, { at }: Asked): boolean =>
  seconds > 0 && changed !== undefined && at - changed < seconds * 1000 + DONE_MS;

/** How long what was asked for matters. */
function rememberedMs({ outPolicies, inPolicies, outCoolDownSeconds = 0, inCoolDownSeconds = 0 }: Pace): number {
  const periods = [outPolicies, inPolicies].flatMap((some) => some?.policies.map((one) => one.periodSeconds) ?? []);
  const coolDown = Math.max(outCoolDownSeconds, inCoolDownSeconds) * 1000;
  return Math.max(coolDown === 0 ? 0 : coolDown + DONE_MS, ...periods.map((seconds) => seconds * 1000));
}
