import type { PlanInput } from '../controller/plan-types.ts';
import type { OwnHealth } from '../health/fleet.ts';
import { revisionsByName } from '../placement/names.ts';
import { TAGS } from '../placement/tags.ts';
import type { Probe, Workload } from '../workload/workload.ts';
import type { RolloutRecord } from './record.ts';

/** The record as read now; undefined while there is none or it could not be read. */
export const recordOf = ({ rollout }: PlanInput['observation']): RolloutRecord | undefined =>
  rollout?.status === 'read' ? (rollout.value ?? undefined) : undefined;

/**
 * Each group is judged by the probe that its own revision was declared with: one of an earlier revision serves until it is
 * replaced, and must be found out when it does not.
 */
export function ownHealth({ workload, deployment, observation }: PlanInput): OwnHealth {
  const record = recordOf(observation);
  const probes = probesByRevision(workload, record);
  const revisionOf = revisionsByName(deployment.ownerId, probes.keys());
  return {
    owns: (tags) => tags[TAGS.owner] === deployment.ownerId && tags[TAGS.workload] === workload.name,
    probeOf: (revision, remembered) =>
      probes.has(revision) ? probes.get(revision) : remembered ? workload.spec.probe : undefined,
    revisionOf: (name) => revisionOf(name) ?? '',
  };
}

/** The probe of each revision that is known; undefined for one that has none. */
export function probesByRevision(
  { revision, spec }: Workload,
  record: RolloutRecord | undefined,
): Map<string, Probe | undefined> {
  return new Map([
    ...(record?.quarantine ?? []).map((entry) => [entry.revision, undefined] as const),
    ...(record?.probes ?? []).map((entry) => [entry.revision, entry.probe] as const),
    ...Object.entries(record?.specs ?? {}).map(([known, { probe }]) => [known, probe] as const),
    [revision, spec.probe] as const,
  ]);
}
