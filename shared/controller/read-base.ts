// Reads the scale set. A list of its instances is among the dearest reads of Azure: for one set 10 come back in a minute, 30 at
// most. A list of several pages that is asked for at each look spends on its first page what its last one needs, and is never
// read whole again. So when it is throttled nobody asks until there is room for all of its pages; what was read last counts
// meanwhile as after any reading that failed, and nothing is taken away.

import type { Failure } from '../ports/errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Workload } from '../workload/workload.ts';
import { observed } from './observed.ts';
import type { Observation, PlannerState } from './plan-types.ts';

/** One page comes back. */
const PAGE_MS = 6_000;
/** Others read it, too: a wait that did not do is doubled, but what is read of a set should not grow too old. */
const LONGEST_MS = 60_000;

type BaseReading = Pick<Observation, 'base' | 'baseThrottled'>;

export async function readBase(
  ports: Pick<Ports, 'clock' | 'scaleSets'>,
  { scaling: { base } }: Workload,
  state: PlannerState | undefined,
): Promise<BaseReading> {
  if (!base.scaleSet || base.mode === 'none') return {};
  const before = state?.baseThrottled;
  if (before && ports.clock.now() < before.until) {
    return { base: { status: 'failed', failure: before.failure }, baseThrottled: before };
  }
  const reading = await observed(ports, ports.scaleSets.read(base.scaleSet));
  if (reading.status === 'read' || reading.failure.status !== 429) return { base: reading };
  return { base: reading, baseThrottled: throttled(reading.failure, state, ports.clock.now()) };
}

/** Undefined for a single page, which the next look may try again: that takes nothing from anybody. */
function throttled(failure: Failure, state: PlannerState | undefined, now: number): Observation['baseThrottled'] {
  // Of one that was never read it is not known.
  const pages = state?.base ? (state.base.pages ?? 1) : 2;
  if (pages === 1) return undefined;
  const { waitMs: before = 0 } = state?.baseThrottled ?? {};
  const waitMs = Math.max(pages * PAGE_MS, Math.min(before * 2, LONGEST_MS));
  return { until: now + Math.max(waitMs, Math.min(failure.retryAfterMs ?? 0, LONGEST_MS)), waitMs, failure };
}
