// Rules for discovery, within one workload and between workloads.

import { servesOf } from '../discovery/declared.ts';
import type { Problem } from '../workload/problem.ts';
import { shown } from '../workload/problem.ts';
import type { Scaling } from '../workload/workload.ts';
import type { Draft } from './draft.ts';

const LISTINGS = ['recordSet', 'backendPool'] as const;

/** Who is in service follows observed health, so there must be a way to observe it, and an address, which needs a port. */
export function discoveryNeedsProbe({ file, fields, scaling }: Draft): Problem[] {
  const declared = servesOf({ scaling: scaling as Scaling });
  if (!declared || fields.probe !== undefined) return [];
  const message = 'is missing, and the replicas are to be published: only a probe says when one is ready';
  return [{ path: `${file}: probe`, value: undefined, message, allowed: 'path and port of a readiness probe' }];
}

/** Two workloads on one listing would take each other's replicas out of it. */
export function listingTaken(draft: Draft, drafts: readonly Draft[]): Problem[] {
  return LISTINGS.flatMap((listing) => {
    const own = draft.scaling.discovery?.[listing];
    if (own === undefined) return [];
    const setting = draft.readings.get(`discovery.${listing}`)?.name ?? listing;
    return drafts
      .filter((other) => other !== draft && other.scaling.discovery?.[listing]?.toLowerCase() === own.toLowerCase())
      .map((other) => ({
        path: setting,
        value: shown(own),
        message: `is for ${draft.name} and for ${other.name}`,
        allowed: 'one workload for each record set and back-end pool',
      }));
  });
}
