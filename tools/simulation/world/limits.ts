// Few workloads of a world have limits that most users never set: on the money of a month, and on the pace. The money is what
// a few groups cost in the hours of a run. Each pace lets the largest workload grow, and shrink, in less than an hour, so that
// the quiet stretch at the end is long enough for it.

import { pacePoliciesKind, type Pace, type PacePolicies } from '../../../shared/workload/pace.ts';
import type { Scaling } from '../../../shared/workload/workload.ts';
import type { Random } from '../../local/random.ts';
import { pick, type DeclaredWorkload } from './declare.ts';

const policies = (text: string): PacePolicies => pacePoliciesKind.schema.parse(text);

const PACES: Pace[] = [
  { outPolicies: policies('3/60') },
  { outPolicies: policies('1/30, 100%/60'), inPolicies: policies('25%/60') },
  { outPolicies: policies('min of 4/60, 100%/30'), inPolicies: policies('2/60') },
  { outPolicies: policies('5/120'), outCoolDownSeconds: 30 },
  { inPolicies: policies('off') },
  { outCoolDownSeconds: 60 },
  { outCoolDownSeconds: 30, inCoolDownSeconds: 180 },
];

const MONTHS_USD = [0.05, 0.2, 0.5];

/** The declarations, of which about one in seven has a pace. */
export const paceSome = (random: Random, declared: DeclaredWorkload[]): DeclaredWorkload[] =>
  declared.map((each) => {
    const pace = random.next() < 0.15 ? pick(random, PACES) : undefined;
    return pace ? withScaling(each, { pace }) : each;
  });

/** The declarations, of which about one in ten has a limit on the money of a month. */
export const limitSome = (random: Random, declared: DeclaredWorkload[]): DeclaredWorkload[] =>
  declared.map((each) => {
    const spendUsdPerMonth = random.next() < 0.1 ? pick(random, MONTHS_USD) : undefined;
    if (spendUsdPerMonth === undefined) return each;
    return withScaling(each, { limits: { ...each.workload.scaling.limits, spendUsdPerMonth } });
  });

const withScaling = (declared: DeclaredWorkload, changes: Partial<Scaling>): DeclaredWorkload => ({
  ...declared,
  workload: { ...declared.workload, scaling: { ...declared.workload.scaling, ...changes } },
});
