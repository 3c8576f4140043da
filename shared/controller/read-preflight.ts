// Reads what the pre-flight checks go by: subnets once a minute, and while creates are under way; rights every ten minutes.

import { offeringsOf } from '../placement/offering.ts';
import { rightsWanted, type PreflightFacts } from '../placement/preflight.ts';
import { AzureFailure } from '../ports/errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Deployment, Workload } from '../workload/workload.ts';
import { inParallel } from './in-parallel.ts';
import type { PlannerState } from './plan-types.ts';

const SUBNETS_AGE_MS = 55_000;
const RIGHTS_AGE_MS = 600_000;

/** Undefined for a workload without network and identities. What cannot be read stays as it was known. */
export async function readPreflight(
  { networks, clock }: Ports,
  deployment: Deployment,
  workload: Workload,
  state: PlannerState | undefined,
): Promise<PreflightFacts | undefined> {
  const rights = Object.entries(rightsWanted(workload, deployment));
  if (rights.length === 0) return undefined;
  const known = state?.preflight;
  const now = clock.now();
  const ids = [...new Set(offeringsOf(workload).flatMap(({ subnet }) => subnet ?? []))];
  const spent = state?.inFlight.some(({ kind }) => kind === 'create') ?? false;
  const rightsDue = !known || now - known.rightsAt >= RIGHTS_AGE_MS || lacksAny(known);
  if (known && !spent && now - known.at < SUBNETS_AGE_MS) return known;
  const facts: PreflightFacts = {
    at: now,
    rightsAt: rightsDue ? now : known.rightsAt,
    subnets: known?.subnets.filter(({ id }) => ids.includes(id)) ?? [],
    missingRights: Object.fromEntries(rights.map(([scope]) => [scope, known?.missingRights[scope] ?? []])),
  };
  await inParallel(ids, (id) =>
    told(async () => {
      const subnet = await networks.subnet(id);
      facts.subnets = [...facts.subnets.filter((each) => each.id !== id), subnet];
    }),
  );
  if (rightsDue) {
    await inParallel(rights, ([scope, actions]) =>
      told(async () => {
        facts.missingRights[scope] = await networks.missingRights(scope, actions);
      }),
    );
  }
  // The order of answers must not make another state.
  facts.subnets.sort((a, b) => (a.id < b.id ? -1 : 1));
  return facts;
}

/** A right that was missing may have been granted meanwhile: that is looked at each minute. */
const lacksAny = ({ missingRights }: PreflightFacts): boolean =>
  Object.values(missingRights).some((missing) => missing.length > 0);

async function told(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
  }
}
