// The Nomad autoscaler's target-value strategy, on the mean utilization of the last minute; its allocations are container
// groups. Each 10 s: within 1 % of the target nothing, else proportional and rounded up; five minutes of cool-down after
// each action. The target has no default: 70 % is that of its examples.
//
// hashicorp/nomad-autoscaler plugins/builtin/strategy/target-value, policy/policy.go

import type { PolicyKind } from '../policy.ts';
import { Peer } from './peer.ts';

const EVALUATION_SECONDS = 10;
const QUERY_SECONDS = 60;
const COOLDOWN_SECONDS = 300;
const TOLERANCE = 0.01;
const TARGET_PERCENT = 70;
const BOUNDS = { least: 1, most: 100 };

/** Count for a metric of `factor` times its target. */
export function byTargetValue(current: number, factor: number): number {
  if (Math.abs(factor - 1) <= TOLERANCE + 1e-9) return current;
  return Math.ceil((current === 0 ? 1 : current) * factor - 1e-9);
}

export const NOMAD: PolicyKind = {
  name: 'nomad',
  knobs: { percent: [TARGET_PERCENT, 30, 40, 50], cooldown: [COOLDOWN_SECONDS, 60, 120] },
  make: ({ percent = TARGET_PERCENT, cooldown = COOLDOWN_SECONDS }) => {
    let actedAt = -Infinity;
    return new Peer('groups', 1, EVALUATION_SECONDS, (world, asked) => {
      const { now } = world;
      const used = world.utilization(now - QUERY_SECONDS, now);
      if (used === undefined || now - actedAt < cooldown) return asked;
      const next = Math.min(BOUNDS.most, Math.max(BOUNDS.least, byTargetValue(asked, (100 * used) / percent)));
      if (next !== asked) actedAt = now;
      return next;
    });
  },
};
