// The rule for discovery.

import { servesOf } from '../discovery/declared.ts';
import type { Problem } from '../workload/problem.ts';
import type { Scaling } from '../workload/workload.ts';
import type { Draft } from './draft.ts';

/** Who is in service follows observed health, so there must be a way to observe it, and an address, which needs a port. */
export function discoveryNeedsProbe({ file, fields, scaling }: Draft): Problem[] {
  const declared = servesOf({ scaling: scaling as Scaling });
  if (!declared || fields.probe !== undefined) return [];
  const message = 'is missing, and the replicas are to be published: only a probe says when one is ready';
  return [{ path: `${file}: probe`, value: undefined, message, allowed: 'path and port of a readiness probe' }];
}
