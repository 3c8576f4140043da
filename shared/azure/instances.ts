import type { Instance } from '../ports/scale-sets.ts';

/** What the two kinds of virtual machine (of a Uniform set, and of a Flexible one) have in common. */
export interface MachineView {
  provisioningState?: string;
  timeCreated?: Date;
  tags?: Record<string, string>;
  instanceView?: {
    statuses?: { code?: string }[];
    vmHealth?: { status?: { code?: string } };
    maintenanceRedeployStatus?: {
      maintenanceWindowStartTime?: Date;
      maintenanceWindowEndTime?: Date;
      lastOperationResultCode?: string;
    };
  };
}

// On the way to a state counts as that state on the way down, where the instance can no longer be counted on.
const POWER: Record<string, string> = { stopping: 'stopped', deallocating: 'deallocated' };

/** Translates a virtual machine with its instance view. A machine without one yet has power `unknown`. */
export function instance(id: string, { provisioningState, timeCreated, instanceView, tags }: MachineView): Instance {
  const power = tail(instanceView?.statuses?.find(({ code }) => code?.startsWith('PowerState/'))?.code);
  return {
    id,
    provisioning: provisioningState?.toLowerCase() ?? 'unknown',
    power: power === undefined ? 'unknown' : (POWER[power] ?? power),
    health: tail(instanceView?.vmHealth?.status?.code) ?? 'none',
    createdAt: timeCreated?.getTime(),
    maintenance: maintenanceOf(instanceView),
    ...(tags && { tags }),
  };
}

/** Maintenance that was done, in its window or by the user before it, is no notice any more. */
function maintenanceOf(view: MachineView['instanceView']): Instance['maintenance'] {
  const { maintenanceWindowStartTime, maintenanceWindowEndTime, lastOperationResultCode } =
    view?.maintenanceRedeployStatus ?? {};
  if (!maintenanceWindowStartTime || lastOperationResultCode === 'MaintenanceCompleted') return undefined;
  return { from: maintenanceWindowStartTime.getTime(), to: maintenanceWindowEndTime?.getTime() };
}

// `PowerState/running` -> `running`
const tail = (code: string | undefined): string | undefined => code?.split('/')[1]?.toLowerCase();
