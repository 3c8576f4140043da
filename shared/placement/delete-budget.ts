// Which deletes go now? As many as Azure's budgets of the region still take, in this order: what may bill (failed groups
// that may revive, groups that start or are in no known state), then orphans of earlier revisions, then stopped ones.

import type { Action, PlanInput } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { mayBill } from '../health/group-health.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { BUDGET_NAMES, budgetKey, budgetLeft, sentSince } from './budgets.ts';

/** Other actions than deletes pass as they are. */
export function withinDeleteBudget(
  actions: Action[],
  groups: BurstGroup[],
  { workload, state, now }: PlanInput,
): { actions: Action[]; reasons: Reason[] } {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const rank = (group: BurstGroup | undefined): number => {
    if (!group || mayBill(group.health)) return 0;
    return group.revision === workload.revision ? 2 : 1;
  };
  const deletes = actions.filter((action) => action.kind === 'delete-group');
  const ordered = deletes.toSorted((a, b) => rank(byName.get(a.name)) - rank(byName.get(b.name)));
  const kept: Action[] = actions.filter((action) => action.kind !== 'delete-group');
  const reasons: Reason[] = [];
  for (const [location, list] of Map.groupBy(ordered, (action) => action.location)) {
    const room = deletesLeft(location, state, now);
    kept.push(...list.slice(0, room));
    if (list.length > room) reasons.push(reason('delete-budget', { location, room, waiting: list.length - room }));
  }
  return { actions: kept, reasons };
}

function deletesLeft(location: string, state: PlanInput['state'], now: number): number {
  const reported = state?.budgets?.[budgetKey(location, 'delete')];
  const sent = sentSince(
    state?.inFlight ?? [],
    'delete',
    (request) => request.location === location,
    reported?.at ?? 0,
  );
  return Math.min(...BUDGET_NAMES.map((name) => budgetLeft(reported, name, sent, now)?.left ?? Infinity));
}
