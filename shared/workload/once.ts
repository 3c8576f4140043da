// What follows from a workload alone is worked out once for each, and goes with it: a workload as declared is never changed
// in place, another revision or other settings are another object. An evaluation asks for the same places and prices a
// dozen times.

import type { Workload } from './workload.ts';

export function oncePerWorkload<T>(of: (workload: Workload) => T): (workload: Workload) => T {
  const known = new WeakMap<Workload, { value: T }>();
  return (workload) => {
    let found = known.get(workload);
    if (!found) known.set(workload, (found = { value: of(workload) }));
    return found.value;
  };
}
