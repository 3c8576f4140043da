// Few workloads of a world have a limit that most users never set, on the money of a month: what a few groups cost in the hours
// of a run.

import type { Random } from '../../local/random.ts';
import { pick, type DeclaredWorkload } from './declare.ts';

const MONTHS_USD = [0.05, 0.2, 0.5];

/** The declarations, of which about one in ten has a limit on the money of a month. */
export const limitSome = (random: Random, declared: DeclaredWorkload[]): DeclaredWorkload[] =>
  declared.map((each) => {
    const spendUsdPerMonth = random.next() < 0.1 ? pick(random, MONTHS_USD) : undefined;
    if (spendUsdPerMonth === undefined) return each;
    const { scaling } = each.workload;
    const limits = { ...scaling.limits, spendUsdPerMonth };
    return { ...each, workload: { ...each.workload, scaling: { ...scaling, limits } } };
  });
