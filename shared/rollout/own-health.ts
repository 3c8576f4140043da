import type { PlanInput } from '../controller/plan-types.ts';
import type { OwnHealth } from '../health/fleet.ts';
import { revisionIn } from '../placement/names.ts';
import { canonicalJson } from '../workload/revision.ts';
import type { RolloutRecord } from './record.ts';

/** The record as read now; undefined while there is none or it could not be read. */
export const recordOf = ({ rollout }: PlanInput['observation']): RolloutRecord | undefined =>
  rollout?.status === 'read' ? (rollout.value ?? undefined) : undefined;

/** Probes are made as declared today, so a group of another revision is judged by them only if it has the same one. */
export function ownHealth({ workload, deployment, observation }: PlanInput): OwnHealth {
  const record = recordOf(observation);
  const quarantine = record?.quarantine.map(({ revision }) => revision) ?? [];
  const specs = { ...record?.specs, [workload.revision]: workload.spec };
  const known = [...Object.keys(specs), ...quarantine];
  const { probe } = workload.spec;
  const same = (revision: string): boolean => {
    const other = specs[revision]?.probe;
    return other !== undefined && canonicalJson(other) === canonicalJson(probe);
  };
  return {
    probeOf: (revision) => (revision === undefined || same(revision) ? probe : undefined),
    revisionOf: (name) => revisionIn(name, deployment.ownerId, known) ?? '',
  };
}
