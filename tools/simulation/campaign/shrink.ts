import type { Fault } from '../faults/kinds.ts';
import { simulate, type SimulationOptions, type SimulationResult } from '../world/simulation.ts';

/** The same violation with as few faults as possible: each is left out in turn, and stays out if it was not needed. */
export async function shrink(options: SimulationOptions, found: SimulationResult): Promise<Fault[]> {
  const promise = found.violations[0]?.promise;
  const end = found.violations[0]?.at ?? 0;
  // What begins later than the violation had no part in it.
  let needed = found.faults.filter(({ from }) => from <= end);
  for (const fault of needed) {
    const faults = needed.filter((other) => other !== fault);
    const { violations } = await simulate({ ...options, faults });
    if (violations[0]?.promise === promise) needed = faults;
  }
  return needed;
}
