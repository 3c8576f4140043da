// How a workload rolls out, with the defaults where it does not say: one canary of a tenth, then the rest in turn.

import type { Rollout, RolloutStep, Workload } from '../workload/workload.ts';

/** The same as the defaults of the app settings. */
const DEFAULTS: Rollout = {
  strategy: 'canary',
  maxSurgePercent: 25,
  maxUnavailablePercent: 0,
  steps: [{ share: 10, bakeSeconds: 120 }],
  readySeconds: 600,
  maxCrashPercent: 20,
  maxDeadLetters: 5,
  approval: 'none',
};

export const rolloutOf = ({ scaling: { rollout } }: Workload): Rollout => ({
  ...DEFAULTS,
  ...(rollout as Partial<Rollout> | undefined),
});

/** The steps of a rollout; the last one is all replicas, baked as long as the one before it. */
export function stepsOf(workload: Workload): RolloutStep[] {
  const { strategy, steps } = rolloutOf(workload);
  const canary = strategy === 'canary' ? steps.filter(({ share }) => share < 100) : [];
  return [...canary, { share: 100, bakeSeconds: steps.at(-1)?.bakeSeconds ?? 0 }];
}

/** Whether container groups take part: declared ones run what they were declared with. */
export const burstRolls = ({ scaling: { burst } }: Workload): boolean =>
  burst.lifecycle === 'create-delete' && burst.maxGroups > 0;

/** Whether revisions of this workload are rolled out at all; undefined: yes, else the reason as the end of a sentence. */
export function notRolled(workload: Workload): string | undefined {
  if (rolloutOf(workload).strategy === 'none') return 'SPILLWAY_ROLLOUT_STRATEGY is none';
  if (!burstRolls(workload) && workload.scaling.base.mode !== 'manage')
    return 'neither its container groups nor its scale set are made by Spillway';
  return undefined;
}
