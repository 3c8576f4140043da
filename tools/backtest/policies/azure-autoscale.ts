// Azure Monitor autoscale with step rules on a scale set: each rule compares a metric's mean over ten minutes (five at
// least) with a threshold; out if any rule says so, in only if all do and no rule to scale out would then fire (the
// linear estimate of "flapping"). One cool-down of five minutes holds both directions.
//
// https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-understanding-settings, -flapping, -best-practices.
// The engine runs each 30 to 60 s. Percentage CPU above 70 % adds and below 30 % removes one instance in its examples.

import type { PolicyKind } from '../policy.ts';
import type { Sight } from '../world/world.ts';
import { Peer } from './peer.ts';

const ENGINE_SECONDS = 60;
const WINDOW_SECONDS = 300;
const COOLDOWN_SECONDS = 300;
const LATE_SECONDS = 90;
const OUT_PERCENT = 70;
const IN_PERCENT = 30;
const BOUNDS = { least: 1, most: 30 };

export interface StepRule {
  metric: string;
  /** Fires above (out) or below (in); `least`: at the threshold as well. */
  threshold: number;
  orEqual?: boolean;
  change: number;
}

export interface Rules {
  out: readonly StepRule[];
  in: readonly StepRule[];
  least: number;
  most: number;
}

const firesOut = ({ threshold, orEqual }: StepRule, value: number): boolean =>
  orEqual ? value >= threshold : value > threshold;

/** The capacity that the rules ask for, by metrics per instance (a missing one fires nothing). No cool-down in here. */
export function byRules(rules: Rules, metrics: Readonly<Record<string, number | undefined>>, current: number): number {
  if (current < rules.least) return rules.least;
  if (current > rules.most) return rules.most;
  const value = ({ metric }: StepRule): number | undefined => metrics[metric];
  const out = rules.out.filter((rule) => firesOut(rule, value(rule) ?? -Infinity));
  if (out.length > 0) return Math.min(rules.most, current + Math.max(...out.map(({ change }) => change)));
  if (rules.in.length === 0 || !rules.in.every((rule) => (value(rule) ?? Infinity) < rule.threshold)) return current;
  const target = Math.max(rules.least, current - Math.min(...rules.in.map(({ change }) => change)));
  for (let count = target; count < current; count++) {
    const wouldFire = rules.out.some((rule) => firesOut(rule, ((value(rule) ?? 0) * current) / count));
    if (!wouldFire && count > 0) return count;
  }
  return current;
}

export const AZURE_AUTOSCALE: PolicyKind = {
  name: 'azure-autoscale',
  knobs: { outPercent: [OUT_PERCENT, 40, 50, 60], step: [1, 2, 4, 8] },
  make: ({ outPercent = OUT_PERCENT, step = 1 }) => {
    const rules: Rules = {
      out: [{ metric: 'cpu', threshold: outPercent, change: step }],
      in: [{ metric: 'cpu', threshold: Math.min(IN_PERCENT, outPercent / 2), change: 1 }],
      ...BOUNDS,
    };
    let actedAt = -Infinity;
    return new Peer('machines', 1, ENGINE_SECONDS, (world: Sight, asked) => {
      const { now } = world;
      if (now - actedAt < COOLDOWN_SECONDS || world.machines.list.some(({ readyAt }) => readyAt > now)) return asked;
      const used = world.utilization(now - LATE_SECONDS - WINDOW_SECONDS, now - LATE_SECONDS);
      const next = byRules(rules, { cpu: used === undefined ? undefined : used * 100 }, asked);
      if (next !== asked) actedAt = now;
      return next;
    });
  },
};
