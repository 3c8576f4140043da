// From the workload's own queue, its declared signals and its hints to one number of replicas:
//
//   readings -> believed -> rules ask -> combined by max, sum or a formula -> forecast -> windows -> hints
//
// A workload with a queue of its own is forecast by that (demand.ts), any other by what its target rules ask for.
// A signal that is not known, or not to be believed, never lowers the demand: what was wanted last stands.

import type { PlanInput, SignalsMemory } from '../controller/plan-types.ts';
import { endsByItself } from '../failover/retire.ts';
import { aheadOf, type Ahead } from '../forecast/forecast.ts';
import type { Reading } from '../ports/demand.ts';
import { askAll, type Asking } from '../rules/ask-all.ts';
import type { Asker } from '../rules/ask.ts';
import { atZero } from '../rules/scale-to-zero.ts';
import { rememberServing } from '../rules/target-tracking.ts';
import type { Fleet, Starts, StartTime } from '../rules/wanted.ts';
import { lowestMaximum, openWindows, withinWindows, type OpenWindow } from '../rules/windows.ts';
import { reason, shortly, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import type { RuleDeclaration } from '../workload/rules.ts';
import { staleAfter, type NamedSignal } from './believed.ts';
import { byName } from './by-name.ts';
import { evaluateFormula } from './formula.ts';
import { activeHints, expectedText, hintLeadSeconds, nextHintAt } from './hints.ts';
import { fallbackOf, namedSignals } from './named.ts';

/** What the workload's own queue and log query ask for. */
export interface OwnDemand {
  wanted: number;
  /** Of those, replicas that stay only because they are there, and the most that would stay. */
  spare?: number | undefined;
  most?: number | undefined;
  /** Messages per second of one replica. */
  rate: number;
  holdIn?: string | undefined;
  changesAt?: number | undefined;
  /** When the log query last asked for any; absent where there is none. */
  activeAt?: number | undefined;
  logDemand?: Reading<number> | undefined;
}

export interface Combined {
  wanted: number;
  /** Of those, replicas that stay only because they are there. */
  spare: number;
  /** Of windows, for what alerts add. */
  maximum: OpenWindow | undefined;
  holdIn: string | undefined;
  reasons: Reason[];
  signals: NamedSignal[];
  /** Absent where neither a signal nor a log query is declared. */
  memory: SignalsMemory | undefined;
  /** What is learned of the load; absent where the own queue is what is forecast. */
  outlook?: Ahead['outlook'];
  /** When a schedule or a hint changes the demand by itself (epoch ms). */
  changesAt: number | undefined;
}

/** `fleet` serves or starts, `settled` if it was not changed for long; `start`: how long starts take. */
export function combineSignals(
  input: PlanInput,
  own: OwnDemand,
  fleet: Fleet,
  start: Starts,
  settled: boolean,
): Combined {
  const { workload, state, now } = input;
  const { rules = [], signals: declared = [], combine = 'max', target, zeroDelaySeconds } = workload.scaling;
  const have = fleet.serving + fleet.starting.length;
  const { signals, readings, changesAt } = namedSignals(input, have);
  const before = state?.signals;
  const { serving: served, turning } = servedSoFar(input, fleet.serving, have);
  const { utilization } = target;
  const asker: Asker = { fleet, have, served, turning, rate: own.rate, start, settled, utilization, zeroDelaySeconds };
  const asking = askAll(input, signals, asker, own.activeAt);

  const members = membersOf(own, asking, combine, before?.asked['queue']);
  const total = keepingLast(combined(members, combine, have, workload), asking, asker, now);
  const open = openWindows(workload.scaling, signals);
  const doubt = doubtOf(signals, rules) ?? total.holdIn;
  const ahead = forecast(input, { ...asking, loads: { queue: own.wanted, ...asking.loads } }, doubt, start);
  const bounded = (members: number) => withinWindows(Math.max(members, ahead.wanted), open);
  const hinted = hintsAsk(input, own.rate);
  const limits = bounded(total.wanted);
  const asked = Math.max(limits.wanted, hinted.wanted);
  const last = doubt === undefined ? 0 : lastWish(state);
  const wanted = Math.max(asked, last);
  const kept = last > asked ? [reason('last-wish', { held: last, why: doubt ?? '' })] : [];
  const read = signals.flatMap((signal) => readReason(input, signal, asking.asked));
  const { steps, flows, activeAt } = asking;
  return {
    wanted,
    spare: Math.max(0, wanted - Math.max(bounded(total.least).wanted, hinted.wanted, last)),
    maximum: lowestMaximum(open),
    holdIn: own.holdIn ?? doubt,
    outlook: ahead.outlook,
    reasons: [read, asking.reasons, total.reasons, ahead.reasons, limits.reasons, hinted.reasons, kept].flat(),
    signals,
    memory:
      declared.length > 0 || workload.scaling.logQuery
        ? { readings, steps, serving: served, turning, asked: total.asked, activeAt, logDemand: own.logDemand, flows }
        : undefined,
    changesAt: earliest(own.changesAt, earliest(changesAt, hinted.changesAt)),
  };
}

function servedSoFar({ workload, state, now }: PlanInput, serving: number, have: number) {
  const before = state?.signals;
  return {
    serving: rememberServing(before?.serving ?? [], now, serving),
    turning: endsByItself(workload) ? rememberServing(before?.turning ?? [], now, have) : undefined,
  };
}

/** What was wanted at the last evaluation. */
export const lastWish = (state: PlanInput['state']): number => state?.wanted.at(-1)?.[1] ?? 0;

interface Expected extends Pick<Ahead, 'outlook' | 'reasons'> {
  wanted: number;
}

/** Nothing where the own queue is what is forecast, and while nothing is known for sure: then nothing is learned. */
function forecast(
  input: PlanInput,
  { loads, trackedAt }: Pick<Asking, 'loads' | 'trackedAt'>,
  doubt: string | undefined,
  start: StartTime,
): Expected {
  const { queue, combine = 'max' } = input.workload.scaling;
  const forecasts = !queue && trackedAt !== undefined && doubt === undefined;
  const load = forecasts ? inAll(loads, combine) : undefined;
  if (!forecasts || typeof load !== 'number') return { wanted: 0, outlook: undefined, reasons: [] };
  const { expected = 0, outlook, reasons } = aheadOf(input, { replicas: load, deviation: 0 }, { start, at: trackedAt });
  return { wanted: Math.ceil(expected - 0.01), outlook, reasons };
}

interface Members {
  /** What each asks for. */
  wanted: Record<string, number>;
  /** What each asks for whatever there is, and the most that each would keep of what there is. */
  least: Record<string, number>;
  most: Record<string, number>;
}

/** The own queue, when unknown, asks for all that was wanted last; among others it is only a part of that. */
function membersOf(own: OwnDemand, { asked, least, most }: Asking, how: string, last: number | undefined): Members {
  const { wanted, spare = 0 } = own;
  const part = own.holdIn !== undefined && how !== 'max' ? (last ?? wanted) : undefined;
  const [low, high] = [part ?? wanted - spare, part ?? Math.max(wanted, own.most ?? 0)];
  return {
    wanted: { queue: part ?? wanted, ...asked },
    least: { queue: low, ...least },
    most: { queue: high, ...most },
  };
}

/** Why a signal that a rule reads forbids to scale in. */
function doubtOf(signals: NamedSignal[], rules: RuleDeclaration[]): string | undefined {
  const names = new Set(rules.map(({ signal }) => signal));
  const doubtful = signals.find(({ name, problem }) => problem !== undefined && names.has(name));
  return doubtful && `signal ${doubtful.name}: ${doubtful.problem}`;
}

function readReason(input: PlanInput, named: NamedSignal, asked: Record<string, number>): Reason[] {
  const { signals: declared = [], rules = [], staleAfterSeconds } = input.workload.scaling;
  const { name: signal, kind, value, problem, ageSeconds: age, zero } = named;
  const declaration = declared.find(({ name }) => name === signal);
  if (problem === undefined) return [reason('signal-read', { signal, kind, value: value ?? 0, age })];
  if (value === undefined) {
    const [held, fallback] = [byName(asked, signal), fallbackOf(declared, signal) ?? 'none'];
    const without = rules.some((rule) => rule.signal === signal)
      ? `of its window only the fallback counts (fallback: ${fallback})`
      : 'no rule reads it by itself';
    const effect =
      held === undefined
        ? without
        : `at least ${counted(held, 'replica stays', 'replicas stay')} wanted (fallback: ${fallback})`;
    return [reason('signal-lost', { signal, kind, problem, effect })];
  }
  if (zero) return [reason('signal-zero', { signal, kind, problem, value, ...zero })];
  const stale = declaration ? staleAfter(declaration, staleAfterSeconds) : staleAfterSeconds;
  return [reason('signal-held', { signal, kind, problem, value, age, stale })];
}

interface Total {
  wanted: number;
  /** Replicas that are asked for whatever there is. */
  least: number;
  reasons: Reason[];
  holdIn?: string | undefined;
  /** Replicas that each asks for, as they were combined. */
  asked: Record<string, number>;
}

/**
 * The highest of what is wanted; or a sum or formula of what each asks for whatever there is, because who keeps what is there
 * would keep the parts of the others: then as many as are there stay, if that is no more than all would keep together.
 */
function combined(members: Members, how: string, have: number, { scaling }: PlanInput['workload']): Total {
  const [low, high] = [inAll(members.least, how), inAll(members.most, how)];
  if (typeof low !== 'number' || typeof high !== 'number') return failedFormula(members.wanted, [low, high]);
  const { queue = 0 } = members.wanted;
  const asked = how === 'max' ? members.wanted : members.least;
  const told = how === 'max' || how === 'sum' ? 2 : 1;
  // Alone, the own queue has said all there is to say.
  if (Object.keys(asked).length < told) return { wanted: queue, least: low, reasons: [], asked: members.wanted };
  const parts = Object.entries(asked)
    .filter(([name]) => name !== 'queue' || (scaling.queue ?? scaling.logQuery) !== undefined)
    .map(([name, replicas]) => `${name} ${replicas}`);
  const least = Math.ceil(low - 0.01);
  const wanted = how === 'max' ? Math.max(0, ...Object.values(asked)) : least;
  const reasons = parts.length >= told ? [reason('signals-combined', { how, parts: parts.join(', '), wanted })] : [];
  if (how === 'max' || have <= wanted || have > high) return { wanted, least, reasons, asked };
  reasons.push(reason('combined-kept', { have, most: Math.floor(high) }));
  return { wanted: have, least, reasons, asked };
}

/** The delay of zero counts from when rules or the log query last asked for any; that of the own queue, which asks for one itself, is over. */
function keepingLast(total: Total, { activeAt }: Asking, { have, zeroDelaySeconds }: Asker, now: number): Total {
  if (total.wanted > 0 || activeAt === undefined) return total;
  const idle = (now - activeAt) / 1000;
  const wanted = atZero(0, have, idle, zeroDelaySeconds);
  return wanted === 0 ? total : { ...total, wanted, reasons: [...total.reasons, reason('last-stays', { idle })] };
}

function failedFormula(members: Record<string, number>, results: (number | { problem: string })[]): Total {
  const { problem } = results.find((one) => typeof one !== 'number') ?? { problem: '' };
  const wanted = Math.max(0, ...Object.values(members).filter(Number.isFinite));
  return {
    wanted,
    least: wanted,
    holdIn: 'the formula over the signals fails',
    reasons: [reason('formula-failed', { problem, wanted })],
    asked: members,
  };
}

/** What several ask for together, or why that cannot be told. */
function inAll(members: Record<string, number>, how: string): number | { problem: string } {
  const numbers = Object.values(members);
  // No limit holds what is no number: neither larger nor smaller than it.
  if (!numbers.every(Number.isFinite)) return { problem: 'what one asks for is no number' };
  if (how === 'max') return Math.max(0, ...numbers);
  if (how === 'sum') return numbers.reduce((sum, each) => sum + each, 0);
  const result = evaluateFormula(how, members);
  return 'value' in result ? result.value : result;
}

/** Hints of no declared signal are demand of their own: at least so many replicas while they count. */
function hintsAsk(
  { observation, state, workload, now }: PlanInput,
  rate: number,
): { wanted: number; reasons: Reason[]; changesAt: number | undefined } {
  const lead = hintLeadSeconds(state?.experience);
  const hints = observation.hints ?? [];
  const own = activeHints(hints, lead, now).filter(({ signal }) => signal === undefined);
  const { utilization } = workload.scaling.target;
  let wanted = 0;
  const reasons = own.map(({ id, load, unit, at, expiresAt }) => {
    const replicas = Math.ceil((unit === 'replicas' ? load : load / (rate * utilization)) - 0.01);
    wanted = Math.max(wanted, replicas);
    const [seconds, left] = [(at - now) / 1000, (expiresAt - now) / 1000];
    const when = seconds > 0 ? `in ${shortly(seconds)} s` : `since ${shortly(-seconds)} s`;
    const how = unit === 'replicas' ? '' : `: ${load} / (${shortly(rate)} x ${utilization}), rounded up`;
    const expected = expectedText({ load, unit });
    return reason('hint', { id, expected, when, lead, left, wanted: replicas, how });
  });
  return { wanted, reasons, changesAt: nextHintAt(hints, lead, now) };
}

const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : Math.min(a, b ?? Infinity);
