// What was claimed is sent; what a place refused for want of room is claimed and sent once more, elsewhere:
//
//   claimed -> apply -> settle -> save -> refused creates? -> place again -> claim (save) -> apply -> ...
//
// Each round closes at least the places that refused, so the rounds end with the places; the deadline and the limit of
// changes hold for all rounds together. Whoever loses the state's ETag on the way sends nothing more.

import { recordOf } from '../rollout/own-health.ts';
import { placeAgain } from '../placement/again.ts';
import type { Reason } from '../telemetry/reasons.ts';
import { apply } from './apply.ts';
import { claim } from '../placement/claim.ts';
import type { Context } from './context.ts';
import type { ActionResult, PlanInput, PlanOutput } from './plan-types.ts';
import { reserveAll } from './reserve.ts';
import { settle } from './settle.ts';

export interface Acted {
  results: ActionResult[];
  /** Why groups went where, beyond what the plan said. */
  reasons: Reason[];
}

/** `etag` is that of the claim in the planner store; no write leaves after `deadline` (epoch ms). */
export async function act(
  context: Context,
  input: PlanInput,
  output: PlanOutput,
  deadline: number,
  etag: string,
): Promise<Acted> {
  const { workload, now } = input;
  if (workload.scaling.mode !== 'enforce' || output.actions.length === 0) return { results: [], reasons: [] };
  const { planner, clock } = context.ports;
  const record = output.rollout ?? recordOf(input.observation);
  let round = await apply(context, workload, output.state, output.actions, deadline, record);
  const acted: Acted = { results: [...round], reasons: [] };
  let state = settle(output.state, round, workload.revision, now);
  // A conflict here means that someone took over or the tables were wiped: then reading settles what was sent.
  let version = await planner.save(workload.name, state, etag);
  while (version !== undefined && clock.now() <= deadline) {
    const left = workload.scaling.limits.changesPerEvaluation - acted.results.length;
    const again = placeAgain(input, state, round, left, record);
    if (!again) break;
    const reserved = await reserveAll(context, workload, again.actions, input.observation.others, 0);
    const claimed = {
      ...state,
      inFlight: [...state.inFlight, ...reserved.actions.flatMap((each) => claim(each, now))],
    };
    version = await planner.save(workload.name, claimed, version);
    if (version === undefined) break;
    round = await apply(context, workload, claimed, reserved.actions, deadline, record);
    acted.results.push(...round);
    acted.reasons.push(...again.reasons, ...reserved.reasons);
    state = settle(claimed, round, workload.revision, now);
    version = await planner.save(workload.name, state, version);
  }
  return acted;
}
