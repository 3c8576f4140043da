// What is this container group doing? From the provisioning state, the instance view and the containers of one read.
//
//   PUT -> starting -> serving -> stopped -> (start) starting
//                  \-> failed      \-> ended (containers ended by themselves)
//          any -> deleting -> gone (404)
//
// States Azure may add later, and Repairing or Unhealthy, are `unknown`: not serving, but possibly billing. The safe
// side is to count them as cost and not as capacity. Source of the states: Container Instances, "container states".

import type { GroupHealth } from '../controller/plan-types.ts';
import type { Group, GroupSummary } from '../ports/container-groups.ts';

const STARTING = new Set(['Pending', 'Accepted', 'Creating', 'Updating', 'PreProvisioned', 'NotSpecified']);

/** Health by a read by name; `null` is Azure's 404. */
export function groupHealth(group: Group | null): GroupHealth {
  if (!group) return 'gone';
  const byProvisioning = summaryHealth(group);
  if (byProvisioning !== 'unknown' || group.provisioningState !== 'Succeeded') return byProvisioning;
  if (group.state === 'Running') {
    return group.containers.every((container) => container.state === 'Running') ? 'serving' : 'starting';
  }
  return BY_STATE[group.state ?? ''] ?? 'unknown';
}

const BY_STATE: Record<string, GroupHealth> = {
  Pending: 'starting',
  Stopped: 'stopped',
  Succeeded: 'ended',
  Failed: 'failed',
};

/** Health as far as a list tells: `Succeeded` there says only that the group was provisioned once. */
export function summaryHealth(group: GroupSummary): GroupHealth {
  if (STARTING.has(group.provisioningState)) return 'starting';
  if (group.provisioningState === 'Deleting') return 'deleting';
  if (group.provisioningState === 'Failed' || group.provisioningState === 'Canceled') return 'failed';
  if (group.provisioningState === 'Stopped') return 'stopped';
  return 'unknown';
}

/** Whether a group in this state may cost money. A failed group may revive; only stopped, ended and gone ones are free. */
export const mayBill = (health: GroupHealth): boolean =>
  health !== 'stopped' && health !== 'ended' && health !== 'gone';
