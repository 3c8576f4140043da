// The decision: pure, synchronous and deterministic. The order of the stages is fixed; each leaves reasons with numbers.
//
//   fleet and base as observed -> demand of all signals -> stabilisation -> minimum, maximum, alerts, spend -> rollout
//   -> burst: start, take back, drain, retire -> base: grow or shrink -> discovery: who goes leaves it first
//   -> urgency and change limit -> next look

import { markLeaving, putOff } from '../discovery/leave.ts';
import { planService } from '../discovery/service.ts';
import { mayBill } from '../health/group-health.ts';
import { watchCrashes } from '../health/crash-loop.ts';
import { fleet, type BurstGroup } from '../health/fleet.ts';
import { addressesBeside, atLength, shorten } from '../health/short-seen.ts';
import { planBase, viewBase, type BaseView } from '../placement/base.ts';
import { learnCut, learnStarts } from '../placement/experience.ts';
import { preflightOf, started } from '../placement/create.ts';
import { preflightReasons } from '../placement/preflight.ts';
import { replicasPerGroup } from '../placement/offering.ts';
import { replicasIn } from '../placement/tally.ts';
import { tiersOf } from '../placement/tiers.ts';
import { divide, type Split } from '../placement/split.ts';
import { drainMarks, planBurst, type BurstHolds } from '../placement/burst.ts';
import { pausedIn, pauseReasons } from '../rules/pause.ts';
import { watchHelp } from '../rules/burst-hold.ts';
import { burstTarget, usdPerGroupHour, wantedInAll, type BurstTarget } from '../rules/burst-target.ts';
import type { Fleet } from '../rules/wanted.ts';
import { paceBounds, rememberPace } from '../rules/pace.ts';
import { highest, lowest, remember } from '../rules/stabilization.ts';
import { utcDay } from '../rules/spend.ts';
import { alertsWithin } from '../rules/windows.ts';
import { demandOf, type Demand } from '../signals/demand.ts';
import { minutesReasons } from '../signals/minutes-unread.ts';
import { ownHealth } from '../rollout/own-health.ts';
import {
  baseRollOf,
  canariesOf,
  planRollout,
  refusedIn,
  reserveOf,
  type PlannedRollout,
} from '../rollout/plan-rollout.ts';
import type { BaseRollInput } from '../rollout/base.ts';
import { oneRevision } from '../rollout/replace.ts';
import { burstRolls } from '../rollout/settings.ts';
import { raisedIn } from '../telemetry/events.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import { everHeard } from '../failover/drain-done.ts';
import { withoutGap } from '../failover/drain-gap.ts';
import { watchPlaces } from '../failover/places.ts';
import { drained, names } from '../failover/retire.ts';
import type { Action, Figures, InFlight, PlanInput, PlanOutput, PlannerState, Seen } from './plan-types.ts';
import { claim, startsGroup } from '../placement/claim.ts';
import { nextLook } from './next-look.ts';
import { byUrgency } from './urgency.ts';

/**
 * Decides what to do about one workload. `now` of what is given is epoch milliseconds; nothing else tells the time. The same input
 * gives the same output. Never throws on odd readings: they become reasons.
 */
export function plan(given: PlanInput): PlanOutput {
  const input = withoutGap({ ...given, state: atLength(given.state) });
  const { workload, observation, state, now } = input;
  const { scaling } = workload;
  const observed = fleet(observation, state, now, ownHealth(input));
  const { seen, inFlight, unheard } = observed;
  const { groups: watched, ...places } = watchPlaces(input, observed.groups);
  const groups = markLeaving(watched, state);
  const drains = state?.drains ?? {};
  const base = viewBase(input, drains);
  const serving = groups.filter((group) => group.health === 'serving');
  const billing = groups.filter((group) => mayBill(group.health));

  const servingReplicas = base.serving + replicasIn(serving, workload);
  const experience = learnStarts(state, groups, now);
  const { start, starting, ...tiers } = tiersOf(input, groups, inFlight, experience);
  const replicas = fleetNow(input, groups, base, starting);
  const help = watchHelp(input, replicas.serving + replicas.starting.length);
  const demand = demandOf(input, replicas, start, help.most);
  const { wanted, window, held, ...wish } = stabilised(input, demand, help.most);
  const pace = paceBounds(input, replicas);
  const paced = (replicas: number): number => Math.min(pace.most, Math.max(pace.least, replicas));
  const stable = paced(wish.stable);

  const reserve = reserveOf(input, replicas.serving, stable);
  const split = splitOf(input, base, groups, stable - (demand.spare ?? 0), wanted);
  const kept = Math.min(base.serving - reserve, split.instances * scaling.base.replicasPerInstance);
  const target = burstTarget(input, { wanted: stable, most: paced(wish.most) }, kept, billing.length);
  const blind = holdsOf(input, demand, target, held === undefined);
  const crashes = watchCrashes(groups, state, now);
  const learnt = { crashes, refusedRevision: refusedIn(input, groups), unheard };
  const rollout = planRollout(input, groups, learnt, target, kept, blind);
  const holds = { ...blind, out: blind.out ?? rollout.holdOut };
  const known = learning(rollout.input, { closed: places.closed, suspects: places.suspects, ...learnt });
  const burst = planBurst(known, groups, inFlight, target, holds, rollout.replacing);
  const rolled = baseRollOf(input, rollout, { base, stable, groups: target.groups, kept }, groups, burst.actions);
  const limits = limitsOf(rollout, input, target, groups, kept);
  const covered = replicas.serving - base.serving + kept >= Math.max(stable, limits?.needed ?? 0);
  const share = { instances: split.instances, canaries: canariesOf(input, rollout), covered };
  const basePlan = planBase(rollout.input, base, share, drains, holds, rolled);

  const service = planService({ input, groups, seen, ...burst, drains: basePlan.drains });

  const permitted = scaling.mode === 'off' ? [] : [...service.actions, ...basePlan.actions];
  const limit = scaling.limits.changesPerEvaluation;
  const due = byUrgency(permitted);
  const actions = due.slice(0, limit);

  const reasons = [
    ...openingReasons(input, demand, wish.stable, window),
    ...tiers.reasons,
    ...pace.reasons(wish.stable, Math.min(wish.most, Math.max(wish.stable, target.asked))),
    ...help.reasons,
    ...target.reasons,
    ...alertsWithin(demand.maximum, wish.stable, target.asked),
    ...pauseReasons(input.observation.pause, input.now),
    ...preflightReasons(preflightOf(input)),
    ...flightReasons(inFlight),
    ...unheardReasons(unheard),
    ...places.reasons,
    ...rollout.reasons,
    ...burst.reasons,
    ...started(actions),
    ...drained(actions, burst.reasons),
    ...base.reasons,
    ...split.reasons,
    ...basePlan.reasons,
    ...service.reasons,
    ...(permitted.length > limit ? [reason('at-change-limit', { wanted: permitted.length, max: limit })] : []),
  ];
  const figures = figuresOf(input, demand, target, groups, base, { ...rollout, limits, rolled });
  const still = actions.length === 0 && inFlight.length === 0 && !service.moving;
  if (still && !reasons.some(({ code }) => code === 'off')) {
    reasons.push(reason('steady', { wanted: figures.wanted, serving: servingReplicas, starting: starting.length }));
  }
  const marks = drainMarks(service.drains, groups, actions, now);
  return {
    actions,
    reasons,
    figures,
    state: nextState(
      input,
      demand,
      {
        wanted,
        steady: steadyAt(stable, state, now),
        seen,
        inFlight,
        drains: marks,
        ...places,
        crashes,
        experience: learnCut(experience, groups, actions, now),
        refusedRevision: learnt.refusedRevision,
        unheard,
        split: split.memory,
        base: baseMemory(input, base),
        discovery: putOff(service.memory, state?.discovery, due.slice(limit)),
        pace: rememberPace(input, wantedInAll(input, target, stable, kept), replicas),
        help: help.memory,
        raised: raisedIn(reasons),
      },
      actions,
    ),
    ...(scaling.mode === 'enforce' && { rollout: rollout.changed }),
    ledger: ledgerOf(input, target, billing.length + actions.filter(startsGroup).length, usdPerGroupHour(input)),
    service: service.plan,
    nextAt: nextLook(input, { base, groups, actions, inFlight, stable, service }, demand.changesAt),
  };
}

/**
 * Wishes by time, for how long they are held, and what is wanted after that: no more than `helping`, the replicas beyond
 * which more do not help, or than others than the queue ask for.
 */
function stabilised({ workload, state, now }: PlanInput, demand: Demand, helping = Infinity) {
  const { base, burst } = workload.scaling;
  const window = burst.scaleInDelaySeconds;
  const longest = Math.max(window, base.scaleInDelaySeconds, base.growAfterSeconds);
  const wanted = remember(state?.wanted ?? [], now, demand.lasting ?? demand.wanted, longest * 1000);
  const held = highest(wanted, now, window * 1000);
  const all = held === undefined ? wanted.map(([, value]) => value) : [];
  const most = Math.max(helping, demand.wanted);
  const stable = Math.min(most, Math.max(held ?? 0, demand.wanted, ...all));
  return { wanted, window, held, stable, most: Math.min(most, Math.max(stable, demand.maximum?.maximum ?? Infinity)) };
}

function fleetNow(input: PlanInput, groups: BurstGroup[], base: BaseView, starting: number[]): Fleet {
  const serving = groups.filter((group) => group.health === 'serving');
  const staying = serving.filter(({ drainingSince }) => drainingSince === undefined);
  const onGroups = replicasIn(staying, input.workload);
  return {
    serving: base.serving + onGroups,
    leaving: replicasIn(serving, input.workload) - onGroups,
    base: base.serving,
    starting,
    wanted: input.state?.steady?.wanted,
  };
}

/** A scale set that others size, or that cannot be read, is taken as it is: burst is for what it does not carry. */
function splitOf(
  input: PlanInput,
  base: BaseView,
  groups: BurstGroup[],
  stable: number,
  wanted: PlannerState['wanted'],
): Split {
  const { burst, base: machines } = input.workload.scaling;
  const { growAfterSeconds, scaleInDelaySeconds, mode } = machines;
  const others = (input.observation.autoscale?.names.length ?? 0) > 0;
  if (mode !== 'manage' || others || !base.set)
    return { instances: base.instances, memory: input.state?.split, reasons: [] };
  const sustained = lowest(wanted, input.now, growAfterSeconds * 1000) ?? 0;
  const peak = highest(wanted, input.now, scaleInDelaySeconds * 1000) ?? stable;
  const declared = burst.lifecycle === 'start-stop' ? groups.length : undefined;
  return divide(input, base.set.capacity, { wanted: stable, sustained, peak }, declared);
}

const steadyAt = (wanted: number, state: PlannerState | undefined, now: number): PlannerState['steady'] =>
  state?.steady?.wanted === wanted ? state.steady : { wanted, since: now };

/** The input as if what this observation teaches had been known before it. */
const learning = (input: PlanInput, learnt: Partial<PlannerState>): PlanInput =>
  input.state ? { ...input, state: { ...input.state, ...learnt } } : input;

function holdsOf(input: PlanInput, demand: Demand, target: BurstTarget, uncovered: boolean): BurstHolds {
  const { observation, state, now } = input;
  const pause = pausedIn(observation.pause, now);
  const listFailed = observation.groups.status === 'failed';
  const out = firstTrue([
    [pause !== undefined && pause !== 'in', 'paused'],
    [target.holdOut, 'what was spent is not known'],
    [listFailed && !state?.listed, 'what runs is not known'],
  ]);
  // A hard limit on money, and an operator's order, are kept even when readings would hold: only a pause or not knowing
  // what runs stops that.
  const forced = pause === 'drain' || target.reasons.some(({ code }) => code === 'spend-limit');
  const into = firstTrue([
    [pause === 'all' || pause === 'in', 'paused'],
    [listFailed, 'what runs could not be listed'],
    [demand.holdIn !== undefined && !forced, demand.holdIn ?? ''],
    [observation.base?.status === 'failed' && !forced, 'the scale set could not be read'],
    [uncovered && !forced, 'the load is not known for a whole scale-in delay yet'],
  ]);
  return { out, in: into };
}

const firstTrue = (cases: [boolean, string][]): string | undefined => cases.find(([holds]) => holds)?.[1];

function openingReasons(input: PlanInput, demand: Demand, stable: number, window: number): Reason[] {
  const { workload, state, observation } = input;
  const { queue, logQuery, signals = [], burst, mode } = workload.scaling;
  const reasons: Reason[] = [];
  if (mode === 'off') reasons.push(reason('off'));
  if (!state) reasons.push(reason('state-lost', { how: input.stateProblem ?? 'not there' }));
  if (!observation.sweeperAlive) reasons.push(reason('sweeper-silent'));
  const pushed = observation.alerts.length + (observation.hints?.length ?? 0);
  if (!queue && !logQuery && signals.length === 0 && pushed === 0)
    reasons.push(reason('no-signal', { min: burst.minGroups }));
  reasons.push(...minutesReasons(input), ...demand.reasons);
  if (stable > demand.wanted) reasons.push(reason('stabilised', { now: demand.wanted, held: stable, window }));
  return reasons;
}

function flightReasons(inFlight: InFlight[]): Reason[] {
  if (inFlight.length === 0) return [];
  const unknown = inFlight.filter((request) => request.outcome !== 'accepted');
  return [
    reason('in-flight', { count: inFlight.length, names: names(inFlight) }),
    ...unknown.slice(0, 3).map(({ kind, name }) => reason('settling', { kind, name })),
  ];
}

const unheardReasons = (unheard: PlannerState['unheard']): Reason[] =>
  unheard ? [reason('probes-unheard', { count: unheard.count })] : [];

function figuresOf(
  input: PlanInput,
  demand: Demand,
  target: BurstTarget,
  groups: BurstGroup[],
  base: BaseView,
  { replacing, limits, rolled }: PlannedRollout & { limits: Limits | undefined; rolled: BaseRollInput | undefined },
): Figures {
  const count = (test: (group: BurstGroup) => boolean): number => groups.filter(test).length;
  const billing = count((group) => mayBill(group.health));
  return {
    backlog: demand.backlog,
    arrivalsPerSecond: demand.arrivals,
    messagesPerSecondPerReplica: demand.rate,
    wanted: base.serving + (replacing?.mix.groups ?? target.groups) * replicasPerGroup(input.workload),
    needed: rolled?.needed,
    ...limits,
    baseServing: base.serving,
    baseInstances: base.instances,
    burstServing: count((group) => group.health === 'serving' && group.drainingSince === undefined),
    burstStarting: count((group) => group.health === 'starting'),
    burstDraining: count((group) => group.drainingSince !== undefined && mayBill(group.health)),
    burstBilling: billing,
    spentTodayUsd: target.spent.dayUsd,
    spentThisMonthUsd: target.spent.monthUsd,
    usdPerHour: billing * usdPerGroupHour(input),
  };
}

type Limits = Pick<Figures, 'surge' | 'needed'>;

/** While container groups are being replaced: how many more there may be, and replicas of base and burst that must serve. */
const limitsOf = (
  { replacing }: PlannedRollout,
  { workload }: PlanInput,
  target: BurstTarget,
  groups: BurstGroup[],
  kept: number,
): Limits | undefined =>
  replacing && burstRolls(workload) && !oneRevision(replacing, groups)
    ? { surge: replacing.mix.surge, needed: kept + target.groups * replicasPerGroup(workload) }
    : undefined;

function nextState(
  input: PlanInput,
  demand: Demand,
  next: {
    wanted: PlannerState['wanted'];
    steady: PlannerState['steady'];
    seen: Record<string, Seen>;
    inFlight: InFlight[];
    drains: PlannerState['drains'];
    closed: PlannerState['closed'];
    suspects: PlannerState['suspects'];
    crashes: PlannerState['crashes'];
    experience: PlannerState['experience'];
    refusedRevision: PlannerState['refusedRevision'];
    unheard: PlannerState['unheard'];
    split: PlannerState['split'];
    base: PlannerState['base'];
    discovery: PlannerState['discovery'];
    pace: PlannerState['pace'];
    help: PlannerState['help'];
    raised: PlannerState['raised'];
  },
  actions: Action[],
): PlannerState {
  const { state, observation, workload, now } = input;
  const dry = workload.scaling.mode !== 'enforce';
  const bornAt = state?.bornAt ?? now;
  const claimed = dry ? [] : actions.flatMap((action) => claim(action, now));
  return {
    version: 1,
    bornAt,
    observedAt: observation.startedAt,
    listed: observation.groups.status === 'read' ? true : state?.listed,
    ...demand.memory,
    wanted: next.wanted,
    steady: next.steady,
    inFlight: [...next.inFlight, ...claimed],
    seen: {},
    replicas: shorten(next.seen, { observedAt: observation.startedAt, bornAt }, next.discovery?.addresses),
    // Where nothing is changed nobody goes, and who was told to drain serves again.
    drains: dry ? {} : next.drains,
    heard: everHeard(input),
    closed: next.closed,
    budgets: state?.budgets,
    asked: state?.asked,
    experience: next.experience,
    suspects: next.suspects,
    crashes: next.crashes,
    probedAt: observation.probedAt,
    unheard: next.unheard,
    refusedRevision: next.refusedRevision,
    usages: observation.usages,
    usagesAt: observation.usagesAt,
    preflight: observation.preflight,
    autoscale: observation.autoscale,
    minutesAt: observation.minutesAt,
    minutesUnread: observation.minutesUnread,
    split: next.split,
    base: next.base,
    baseThrottled: observation.baseThrottled,
    discovery: addressesBeside(next.discovery, next.seen),
    pace: next.pace,
    help: next.help,
    raised: next.raised,
  };
}

const baseMemory = (
  { observation: { base }, state }: PlanInput,
  { serving, instances }: BaseView,
): PlannerState['base'] =>
  base?.status === 'read' ? { serving, instances, at: base.at, pages: base.value.pages } : state?.base;

function ledgerOf(input: PlanInput, target: BurstTarget, billing: number, price: number): PlanOutput['ledger'] {
  const { observation, workload, now } = input;
  if (observation.ledger.status === 'failed' || workload.scaling.mode !== 'enforce') return undefined;
  const last = observation.ledger.value;
  const usdPerHour = billing * price;
  if (!last && usdPerHour === 0) return undefined;
  if (last && last.usdPerHour === 0 && usdPerHour === 0) return undefined;
  return { at: now, day: utcDay(now), ...target.spent, usdPerHour };
}
