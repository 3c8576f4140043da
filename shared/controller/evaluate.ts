// One evaluation of one workload:
//
//   load -> (already answered? done) -> observe -> plan -> claim -> account -> apply -> settle -> record -> next look
//
// The claim is written with the state's ETag before anything is sent: whoever loses that race sends nothing. Expected
// failures end in a result and a later try, never in a throw, so that a message is not redelivered in a hot loop.

import { atLength } from '../health/short-seen.ts';
import { AzureFailure, type Failure } from '../ports/errors.ts';
import type { LedgerEntry } from '../ports/stores.ts';
import { newEvents } from '../telemetry/events.ts';
import { reason, sentence } from '../telemetry/reasons.ts';
import type { Workload } from '../workload/workload.ts';
import { act } from './act.ts';
import type { Context } from './context.ts';
import { callHooks } from './drain-hooks.ts';
import { observe } from './observe.ts';
import type { ActionResult, Decision, PlanInput, PlannerState, PlanOutput } from './plan-types.ts';
import { plan } from './plan.ts';
import { publish } from './publish.ts';
import { readPreflight } from './read-preflight.ts';
import { readOthers, reserveAll } from './reserve.ts';

export interface EvaluationRequest {
  workload: string;
  trigger: string;
  /** When the message became visible in its queue, epoch ms. */
  enqueuedAt: number;
  /** Failed evaluations in a row before this one. */
  attempt: number;
}

export type Evaluated =
  | { status: 'decided'; decision: Decision }
  | { status: 'answered' | 'unknown-workload' | 'conflict' }
  | { status: 'failed'; failure: Failure };

/** A request this much older than the last observation was answered by it. */
const ANSWERED_MS = 2_000;
/** No write leaves later than this after the message was received: its session lock lasts a minute. */
const WRITE_WITHIN_MS = 40_000;
/** Retry after a failed evaluation: 5 s, doubled up to 5 min. */
const RETRY_FIRST_MS = 5_000;
const RETRY_MOST_MS = 300_000;
/** An unchanged rate of spending is written again after this long. */
const ACCOUNT_EVERY_MS = 60_000;
/** That nobody drains is said again this often. */
const NONE_AGAIN_MS = 300_000;

export async function evaluate(context: Context, request: EvaluationRequest): Promise<Evaluated> {
  const workload = context.workloads.find((candidate) => candidate.name === request.workload);
  if (!workload) return { status: 'unknown-workload' };
  try {
    const evaluated = await evaluateOnce(context, workload, request);
    if (evaluated.status === 'conflict') {
      // Perhaps nobody else wrote: an answer was lost, and the repeated write met its own first one. Then no other goes on.
      await context.ports.evaluations.schedule(workload.name, context.ports.clock.now() + RETRY_FIRST_MS, 0);
    }
    return evaluated;
  } catch (error) {
    return await retryLater(context, workload, request, error);
  }
}

/** Whatever went wrong is told and tried again later, an error of our own as well as one of Azure. */
async function retryLater(
  { ports, log }: Context,
  workload: Workload,
  { attempt }: EvaluationRequest,
  error: unknown,
): Promise<Evaluated> {
  const failure: Failure = error instanceof AzureFailure ? error.failure : { class: 'unknown', ...ofOurs(error) };
  const retryMs = Math.min(RETRY_FIRST_MS * 2 ** attempt, RETRY_MOST_MS);
  log.warn('evaluation-failed', { workload: workload.name, code: failure.code, message: failure.message, retryMs });
  try {
    await ports.evaluations.schedule(workload.name, ports.clock.now() + retryMs, attempt + 1);
  } catch (scheduling) {
    // The heartbeat repairs a broken chain; a throw here would only make the broker repeat the message at once.
    log.warn('retry-not-scheduled', { workload: workload.name, message: String(scheduling) });
  }
  return { status: 'failed', failure };
}

const ofOurs = (error: unknown): Pick<Failure, 'code' | 'message'> => ({
  code: 'InternalError',
  message: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

async function evaluateOnce(context: Context, workload: Workload, request: EvaluationRequest): Promise<Evaluated> {
  const { ports } = context;
  const receivedAt = ports.clock.now();
  const loaded = await ports.planner.load(workload.name);
  const stored = loaded.status === 'found' ? loaded.state : undefined;
  if (stored && stored.observedAt - request.enqueuedAt > ANSWERED_MS) return { status: 'answered' };

  const problem = loaded.status === 'unreadable' ? loaded.problem : undefined;
  const { input, output } = await decide(context, workload, request, stored, problem);
  const { observation, state, now } = input;

  if (output.rollout && !(await ports.rollouts.write(workload.name, output.rollout, observation.rolloutEtag))) {
    return { status: 'conflict' };
  }
  const etag = await ports.planner.save(
    workload.name,
    output.state,
    loaded.status === 'missing' ? undefined : loaded.etag,
  );
  if (etag === undefined) return { status: 'conflict' };
  for (const event of newEvents(output.reasons, state?.raised)) {
    context.log.warn(event.code, { workload: workload.name, ...event.values, message: sentence(event) });
  }
  const last = observation.ledger.status === 'read' ? observation.ledger.value : null;
  await account(context, workload, last, output.ledger);
  const deadline = receivedAt + WRITE_WITHIN_MS;
  // Side by side: neither what starts nor who must not be found any more waits for the other.
  const [acted, unpublished] = await Promise.all([
    act(context, input, output, deadline, etag),
    publish(context, workload, output.service, deadline),
  ]);
  const { results } = acted;
  output.reasons.push(...acted.reasons, ...unpublished);
  await tellDrains(context, workload, state, output.state);
  await callHooks(context, workload, output.state, deadline);
  const decision = decisionOf(workload, request, output, results, now);
  await ports.history.append(decision);
  await ports.controls.renewLease(workload.name, now);
  if (output.nextAt !== undefined) await ports.evaluations.schedule(workload.name, output.nextAt, 0);
  context.log.info('decision', {
    workload: workload.name,
    trigger: request.trigger,
    ...decision.figures,
    actions: results.map(
      ({ action, outcome, failure }) => `${action.kind} ${outcome}${failure ? ` ${failure.code}` : ''}`,
    ),
    reasons: decision.reasons.map(sentence),
    codes: decision.reasons.map(({ code }) => code),
  });
  return { status: 'decided', decision };
}

async function decide(
  context: Context,
  workload: Workload,
  { attempt }: EvaluationRequest,
  stored: PlannerState | undefined,
  stateProblem: string | undefined,
): Promise<{ input: PlanInput; output: PlanOutput }> {
  let observed: PlanInput;
  try {
    observed = { ...(await observedBy(context, workload, stored && atLength(stored))), stateProblem };
  } catch (error) {
    // Once it may be by chance, and no fault of the state; it is not given up for that.
    if (!stored || attempt === 0 || error instanceof AzureFailure) throw error;
    told(context, workload, error);
    observed = { ...(await observedBy(context, workload, undefined)), stateProblem: OF_NO_USE };
  }
  const { input, output } = planned(context, observed);
  return { input, output: await reserved(context, input, output) };
}

async function observedBy(context: Context, workload: Workload, state: PlannerState | undefined): Promise<PlanInput> {
  const { ports, deployment } = context;
  const others = await readOthers(context, workload);
  const preflight = await readPreflight(ports, deployment, workload, state);
  const observation = await observe(ports, workload, deployment.ownerId, state);
  observation.others = others;
  observation.preflight = preflight;
  return { deployment, workload, observation, state, now: ports.clock.now() };
}

const OF_NO_USE = 'of no use';

/** A state that no plan can be made of is as good as lost: it would stop every evaluation, until the sweeper takes the burst. */
function planned(context: Context, input: PlanInput): { input: PlanInput; output: PlanOutput } {
  try {
    return { input, output: plan(input) };
  } catch (error) {
    if (!input.state) throw error;
    told(context, input.workload, error);
    const without: PlanInput = { ...input, state: undefined, stateProblem: OF_NO_USE };
    return { input: without, output: plan(without) };
  }
}

const told = ({ log }: Context, { name }: Workload, error: unknown): void =>
  log.warn('evaluation-failed', { workload: name, ...ofOurs(error), retryMs: 0 });

/** Without the creates that other workloads were faster to reserve room for. */
async function reserved(context: Context, input: PlanInput, output: PlanOutput): Promise<PlanOutput> {
  const { workload, observation, now } = input;
  if (workload.scaling.mode !== 'enforce') return output;
  const unmet = output.reasons.find(({ code }) => code === 'no-location')?.values['wanted'];
  const { actions, reasons } = await reserveAll(
    context,
    workload,
    output.actions,
    observation.others,
    Number(unmet ?? 0),
  );
  if (actions.length === output.actions.length) return output;
  const kept = new Set(actions.flatMap((action) => ('ordinal' in action ? [action.name] : [])));
  const inFlight = output.state.inFlight.filter(
    ({ at, kind, name }) => at !== now || kind !== 'create' || kept.has(name),
  );
  return { ...output, actions, reasons: [...output.reasons, ...reasons], state: { ...output.state, inFlight } };
}

/** For the replicas that poll, after the tags in Azure. One that is not told waits for its time-out, so this may fail. */
async function tellDrains(
  { ports, log }: Context,
  { name }: Workload,
  before: PlannerState | undefined,
  { drains }: PlannerState,
): Promise<void> {
  const at = ports.clock.now();
  const none = Object.keys({ ...before?.drains, ...drains }).length === 0;
  // Said again now and then, so that a poll can tell that somebody evaluates.
  if (before && none && at - (at % NONE_AGAIN_MS) <= before.observedAt) return;
  try {
    await ports.controls.setDrains(name, { at, since: drains });
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    log.warn('drains-not-told', { workload: name, message: error.message });
  }
}

/** Written before the actions it pays for: what cannot be accounted for is not started. */
async function account(context: Context, workload: Workload, last: LedgerEntry | null, entry: LedgerEntry | undefined) {
  if (!entry) return;
  const same = last && last.usdPerHour === entry.usdPerHour && last.day === entry.day;
  if (same && entry.at - last.at < ACCOUNT_EVERY_MS) return;
  await context.ports.ledger.append(workload.name, entry);
}

function decisionOf(
  workload: Workload,
  { trigger }: EvaluationRequest,
  output: PlanOutput,
  results: ActionResult[],
  at: number,
): Decision {
  const { mode } = workload.scaling;
  const reasons = [...output.reasons];
  if (mode === 'dry-run' && output.actions.length > 0) {
    const actions = output.actions.map((action) => action.kind);
    const counted = [...new Set(actions)].map(
      (kind) => `${actions.filter((other) => other === kind).length} x ${kind}`,
    );
    reasons.push(reason('dry-run', { count: actions.length, actions: counted.join(', ') }));
  }
  return { workload: workload.name, at, trigger, mode, figures: output.figures, reasons, results };
}
