// Steps on thresholds, as Azure Monitor autoscale takes them (autoscale-understanding-settings, autoscale-flapping):
//
//   out   any threshold above was crossed for its whole duration: the step that leads to most replicas
//   in    none out, and all thresholds below were crossed for their whole duration: the step that leaves most
//         unless the value shared by those who stay would start them again (the flapping test): then fewer go, or none
//   else  what the rule decided last stands
//
// A step starts a cool-down that holds both directions. While the last step is not there yet no further one is taken, so
// that a limit, a quota or a slow start does not wind the rule up. Percentages are rounded up out and down in, by at least
// one; Azure does not publish its rounding.

import type { StepMemory } from '../controller/plan-types.ts';
import { counted } from '../telemetry/wording.ts';
import { stepsOut, type RuleDeclaration, type Step } from '../workload/rules.ts';

export interface Stepped {
  wanted: number;
  memory: StepMemory;
  /** The step that was taken, and the replicas that it changed. */
  taken?: { step: Step; from: number } | undefined;
  /** Why none was taken. */
  why: string;
}

type StepRule = Pick<RuleDeclaration, 'steps' | 'forSeconds' | 'coolDownSeconds'>;

/** `have` replicas serve or start; `now` in epoch ms. */
export function takeStep(
  { steps = [], forSeconds, coolDownSeconds }: StepRule,
  value: number,
  have: number,
  memory: StepMemory | undefined,
  now: number,
): Stepped {
  const crossed = steps.map((step) => crosses(step, value));
  const since = Object.fromEntries(
    crossed.flatMap((yes, index) => (yes ? [[String(index), memory?.since[index] ?? now]] : [])),
  );
  const lasted = (index: number): boolean =>
    crossed[index] === true && now - (since[index] ?? now) >= forSeconds * 1000;
  const from = memory?.wanted ?? have;
  const keep = (why: string): Stepped => {
    return { wanted: from, why, memory: { wanted: from, coolUntil: memory?.coolUntil ?? now, since } };
  };
  const step = (to: number, taken: Step, start: number): Stepped => {
    // The duration counts anew, or one crossing would be answered twice.
    const next = { wanted: to, coolUntil: now + coolDownSeconds * 1000, since: {} };
    return { wanted: to, memory: next, taken: { step: taken, from: start }, why: '' };
  };
  if (memory && now < memory.coolUntil)
    return keep(`it cools down for ${Math.ceil((memory.coolUntil - now) / 1000)} s`);

  const out = best(
    steps.filter((each, index) => stepsOut(each) && lasted(index)),
    Math.max(from, have),
  );
  if (out) {
    if (have < from)
      return keep(
        `${counted(from - have, 'replica of the last step is', 'replicas of the last step are')} not there yet`,
      );
    return out.to > from ? step(out.to, out.step, have) : keep('the step leads to no more');
  }
  const below = steps.filter((each) => !stepsOut(each));
  if (!steps.every((each, index) => stepsOut(each) || lasted(index))) {
    return keep(
      crossed.some(Boolean) ? `a threshold is crossed for less than ${forSeconds} s` : 'no threshold is crossed',
    );
  }
  const start = Math.min(from, have);
  const into = best(below, start);
  if (!into || into.to >= from) return keep('the step leads to no fewer');
  const steady = withoutFlapping(steps, value, start, into.to);
  if (steady >= from) return keep('fewer would be over a threshold at once');
  return step(steady, into.step, start);
}

const crosses = ({ above, below }: Step, value: number): boolean =>
  (above !== undefined && value > above) || (below !== undefined && value < below);

/** The step that leads to most replicas, both out and in. */
function best(steps: Step[], from: number): { step: Step; to: number } | undefined {
  return steps.map((step) => ({ step, to: after(step, from) })).sort((a, b) => b.to - a.to)[0];
}

function after({ add, addPercent, remove, removePercent, set }: Step, from: number): number {
  if (set !== undefined) return set;
  const more = add ?? Math.max(1, Math.ceil((from * (addPercent ?? 0)) / 100));
  const fewer = remove ?? Math.max(1, Math.floor((from * (removePercent ?? 0)) / 100));
  return add !== undefined || addPercent !== undefined ? from + more : Math.max(0, from - fewer);
}

/** The fewest replicas from `target` on at which the value, shared by them, is above no threshold. */
function withoutFlapping(steps: Step[], value: number, from: number, target: number): number {
  const bounds = steps.flatMap(({ above }) => above ?? []);
  for (let count = target; count < from; count++) {
    const shared = count === 0 ? value * from : (value * from) / count;
    if (bounds.every((bound) => shared <= bound)) return count;
  }
  return from;
}
