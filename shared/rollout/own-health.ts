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
  // Compared once for each revision: this is asked for every group.
  const text = canonicalJson(probe);
  const alike = Object.entries(specs).filter(
    ([, spec]) => spec.probe !== undefined && canonicalJson(spec.probe) === text,
  );
  const same = new Set(alike.map(([revision]) => revision));
  return {
    probeOf: (revision) => (revision === undefined || same.has(revision) ? probe : undefined),
    revisionOf: (name) => revisionIn(name, deployment.ownerId, known) ?? '',
  };
}
