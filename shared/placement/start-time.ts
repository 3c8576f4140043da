// How long do starts of this workload take? The middle and the ninth of ten of the starts last seen, over all its
// offerings, because the next group may go to any of them. Measured from the request until an evaluation saw the group
// serve, so the image, the region and the time until a look are in it. Until enough were seen, a guess stands in.

import type { PlannerState } from '../controller/plan-types.ts';
import type { StartTime } from '../rules/wanted.ts';

/** Between the few recorded starts of small images (10 to 15 s) and those of large ones (a minute and more). */
const GUESS: StartTime = { usual: 25, slow: 40 };
const ENOUGH = 3;

export function startTimeOf(experience: PlannerState['experience']): StartTime {
  const starts = Object.values(experience ?? {})
    .flatMap(({ starts }) => starts)
    .toSorted((a, b) => a - b);
  if (starts.length < ENOUGH) return GUESS;
  const at = (share: number): number => starts[Math.min(starts.length - 1, Math.floor(share * starts.length))] ?? 0;
  return { usual: at(0.5), slow: at(0.9) };
}
