// A refusal for want of quota or capacity sends its group elsewhere in the same evaluation: the refused creates are
// placed once more, with what the refusals taught. Their ordinals are free, because a definite refusal made nothing; the
// names differ where the region does, and a create reads its name first in any case.

import type { ActionResult, PlanInput, PlannerState } from '../controller/plan-types.ts';
import { fleet } from '../health/fleet.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { ownHealth, recordOf } from '../rollout/own-health.ts';
import { workloadAt, type RolloutRecord } from '../rollout/record.ts';
import { claim } from './claim.ts';
import { assignNew, started, withOrdinals, type Create, type Creates } from './create.ts';
import { TAGS } from './tags.ts';

/** The creates that a place refused and another may take. */
export const refusedCreates = (results: ActionResult[]): Create[] =>
  results.flatMap(({ action, failure }) =>
    action.kind === 'create-group' && failure?.class === 'elsewhere' ? [action] : [],
  );

/**
 * `settled` is the state after the refusals; `most` is the number of changes that may still be made. Groups accepted
 * meanwhile are in flight there, and count as standing. `output` is the record of revisions that the plan left.
 */
export function placeAgain(
  input: PlanInput,
  settled: PlannerState,
  results: ActionResult[],
  most: number,
  output?: RolloutRecord,
): Creates | undefined {
  const refused = refusedCreates(results).slice(0, most);
  if (refused.length === 0) return undefined;
  const now: PlanInput = { ...input, state: settled };
  const { groups, inFlight } = fleet(input.observation, settled, input.now, ownHealth(input));
  const record = output ?? recordOf(input.observation);
  const all: Creates = { actions: [], reasons: [] };
  for (const [revision, creates] of Map.groupBy(refused, ({ tags }) => tags[TAGS.revision] ?? '')) {
    const at = { ...now, workload: workloadAt(input.workload, record, revision) };
    const next = withOrdinals(
      at,
      assignNew(at, groups, inFlight, creates.length),
      creates.map(({ ordinal }) => ordinal),
    );
    all.actions.push(...next.actions);
    all.reasons.push(...next.reasons);
    inFlight.push(...next.actions.flatMap((action) => claim(action, input.now)));
  }
  if (all.actions.length === 0) return undefined;
  return {
    actions: all.actions,
    reasons: [...byCode(results, all.actions.length), ...all.reasons, ...started(all.actions)],
  };
}

function byCode(results: ActionResult[], count: number): Reason[] {
  const codes = new Set(results.flatMap(({ failure }) => (failure?.class === 'elsewhere' ? [failure.code] : [])));
  return [reason('sent-elsewhere', { count, code: [...codes].join(', ') })];
}
