// How fast a workload may grow and shrink, as `behavior` of the Kubernetes autoscaler (autoscaling/v2) has it.

import { z } from 'zod';
import type { Kind } from './kinds.ts';

/** At most so many replicas, or percent of those there were, in each period. */
export interface PacePolicy {
  amount: number;
  percent: boolean;
  periodSeconds: number;
}

/** Of several the one that allows most, or least; none at all: that direction is off. */
export interface PacePolicies {
  select: 'max' | 'min';
  policies: PacePolicy[];
}

/** What is absent bounds nothing. */
export interface Pace {
  outCoolDownSeconds?: number | undefined;
  outPolicies?: PacePolicies | undefined;
  inCoolDownSeconds?: number | undefined;
  inPolicies?: PacePolicies | undefined;
}

/** As autoscaling/v2 bounds it; wishes are remembered for so long. */
const LONGEST_SECONDS = 1800;
const FORM = /^(?:(min|max) of )?(\d+%?\/\d+(?:\s*,\s*\d+%?\/\d+)*)$/;

export const pacePoliciesKind: Kind<PacePolicies> = {
  allowed: 'off, or policies such as 10/60, 100%/15 (replicas or percent per seconds), with "min of" before them',
  schema: z
    .string({ error: 'is not text' })
    .trim()
    .transform((text, context): PacePolicies => {
      if (text === 'off') return { select: 'max', policies: [] };
      const refuse = (message: string): never => {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      };
      const [, select, list] = FORM.exec(text) ?? [];
      if (list === undefined) return refuse('does not have the form 10/60, 100%/15');
      const policies = list.split(',').map((part): PacePolicy => {
        const [amount = '', period] = part.trim().split('/');
        return { amount: Number.parseInt(amount, 10), percent: amount.endsWith('%'), periodSeconds: Number(period) };
      });
      if (policies.length > 4) return refuse('has more than 4 policies');
      if (policies.some(({ amount }) => amount < 1 || amount > 10_000))
        return refuse('has an amount out of 1 to 10000');
      if (policies.some(({ periodSeconds }) => periodSeconds < 1 || periodSeconds > LONGEST_SECONDS))
        return refuse(`has a period out of 1 to ${LONGEST_SECONDS} seconds`);
      return { select: select === 'min' ? 'min' : 'max', policies };
    }),
};

const storedPolicies = z.object({
  select: z.enum(['max', 'min']),
  policies: z.array(z.object({ amount: z.number(), percent: z.boolean(), periodSeconds: z.number() })),
});

export const storedPace: z.ZodType<Pace> = z.object({
  outCoolDownSeconds: z.number().optional(),
  outPolicies: storedPolicies.optional(),
  inCoolDownSeconds: z.number().optional(),
  inPolicies: storedPolicies.optional(),
});
