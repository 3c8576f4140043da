// When does what go wrong? Windows in random places, so that some overlap and there are quiet stretches between them.

import type { Random } from '../../local/random.ts';
import { pick } from '../world/declare.ts';
import { FAULT_KINDS, type Fault, type FaultKind } from './kinds.ts';

const MINUTE_MS = 60_000;
/** The first minutes are quiet, so that there is something to go wrong. */
const FIRST_MS = 5 * MINUTE_MS;

interface Span {
  from: number;
  quietFrom: number;
  kinds: readonly FaultKind[];
  regions: readonly string[];
  workloads: readonly string[];
}

/** About two faults an hour of the span, three at least. */
export function schedule(random: Random, { from, quietFrom, kinds, regions, workloads }: Span): Fault[] {
  if (kinds.length === 0) return [];
  const hours = (quietFrom - from) / 3_600_000;
  const count = 3 + Math.floor(random.next() * 3 * hours);
  const faults = Array.from({ length: count }, (_, index): Fault => {
    const kind = pick(random, kinds);
    const { minutes, share } = FAULT_KINDS[kind];
    const length = (minutes[0] + (minutes[1] - minutes[0]) * random.next()) * MINUTE_MS;
    const start = from + FIRST_MS + random.next() * Math.max(0, quietFrom - from - FIRST_MS - length);
    return {
      id: index + 1,
      kind,
      from: Math.floor(start),
      to: Math.floor(Math.min(quietFrom, start + length)),
      share: share[0] + (share[1] - share[0]) * random.next(),
      region: pick(random, regions),
      workload: pick(random, workloads),
    };
  });
  return faults.toSorted((a, b) => a.from - b.from);
}
