import { blind } from './blind.ts';
import type { Check, Truth } from './check.ts';
import { converges } from './converges.ts';
import { discovery } from './discovery.ts';
import { doubles } from './doubles.ts';
import { drains } from './drains.ts';
import { explains } from './explains.ts';
import { orphans, type OrphanCount } from './orphans.ts';
import { overruns } from './overruns.ts';
import { pace } from './pace.ts';

/** The checks of promises 1 to 7 and 9; that of 8 looks at requests and is in calls.ts. */
export const checksOf = (truth: Truth, orphanCount: OrphanCount): Check[] => [
  orphans(truth, orphanCount),
  doubles(truth),
  overruns(truth),
  pace(truth),
  blind(truth),
  drains(truth),
  converges(truth),
  explains(truth),
  discovery(truth),
];
