// From the workload's own queue, its declared signals and its hints to one number of replicas:
//
//   readings -> believed -> rules ask -> combined by max, sum or a formula -> forecast -> windows -> hints
//
// A workload with a queue of its own is forecast by that (demand.ts), any other by what its target rules ask for.
// A signal that is not known, or not to be believed, never lowers the demand: what was wanted last stands.

import type { PlanInput, SignalsMemory } from '../controller/plan-types.ts';
import { aheadOf, type Ahead } from '../forecast/forecast.ts';
import { askAll, type Asking } from '../rules/ask-all.ts';
import { withinWindows, type Fleet } from '../rules/ask.ts';
import { rememberServing } from '../rules/target-tracking.ts';
import type { StartTime } from '../rules/wanted.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { RuleDeclaration } from '../workload/rules.ts';
import { staleAfter, type NamedSignal } from './believed.ts';
import { evaluateFormula } from './formula.ts';
import { activeHints, hintLeadSeconds, nextHintAt } from './hints.ts';
import { namedSignals } from './named.ts';

/** What the workload's own queue and log query ask for. */
export interface OwnDemand {
  wanted: number;
  /** Messages per second of one replica. */
  rate: number;
  holdIn?: string | undefined;
  changesAt?: number | undefined;
}

export interface Combined {
  wanted: number;
  holdIn: string | undefined;
  reasons: Reason[];
  signals: NamedSignal[];
  /** Absent where no signal is declared. */
  memory: SignalsMemory | undefined;
  /** What is learned of the load; absent where the own queue is what is forecast. */
  outlook?: Ahead['outlook'];
  /** When a schedule or a hint changes the demand by itself (epoch ms). */
  changesAt: number | undefined;
}

/** `serving` replicas work now, `have` serve or start; `start`: how long starts take. */
export function combineSignals(
  input: PlanInput,
  own: OwnDemand,
  serving: number,
  have: number,
  start: StartTime,
): Combined {
  const { workload, state, now } = input;
  const { rules = [], signals: declared = [], combine = 'max' } = workload.scaling;
  const { signals, readings, changesAt } = namedSignals(input, have);
  const before = state?.signals;
  const fleet: Fleet = { have, serving: rememberServing(before?.serving ?? [], now, serving), rate: own.rate };
  const { asked, steps, reasons: asking, ...tracked } = askAll(input, signals, fleet);

  const members: Record<string, number> = { queue: ownPart(own, combine, before?.asked['queue']), ...asked };
  const total = combined(members, combine);
  const open = (name: string): boolean => (signals.find((one) => one.name === name)?.value ?? 0) > 0;
  const doubt = doubtOf(signals, rules) ?? total.holdIn;
  const ahead = forecast(input, { ...tracked, loads: { queue: own.wanted, ...tracked.loads } }, doubt, start);
  const bounded = withinWindows(Math.max(total.wanted, ahead.wanted), rules, open);
  const hinted = withHints(input, bounded.wanted, own.rate);
  const last = doubt === undefined ? 0 : lastWish(state);
  const read = signals.flatMap((signal) => readReason(input, signal, asked));
  return {
    wanted: Math.max(hinted.wanted, last),
    holdIn: own.holdIn ?? doubt,
    outlook: ahead.outlook,
    reasons: [...read, ...asking, ...total.reasons, ...ahead.reasons, ...bounded.reasons, ...hinted.reasons],
    signals,
    memory: declared.length > 0 ? { readings, steps, serving: fleet.serving, asked: members } : undefined,
    changesAt: earliest(own.changesAt, earliest(changesAt, hinted.changesAt)),
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

/** The own queue, when unknown, asks for all that was wanted last; among others it is only a part of that. */
const ownPart = ({ wanted, holdIn }: OwnDemand, how: string, last: number | undefined): number =>
  holdIn !== undefined && how !== 'max' ? (last ?? wanted) : wanted;

/** Why a signal that a rule reads forbids to scale in. */
function doubtOf(signals: NamedSignal[], rules: RuleDeclaration[]): string | undefined {
  const names = new Set(rules.map(({ signal }) => signal));
  const doubtful = signals.find(({ name, problem }) => problem !== undefined && names.has(name));
  return doubtful && `signal ${doubtful.name}: ${doubtful.problem}`;
}

function readReason(input: PlanInput, named: NamedSignal, asked: Record<string, number>): Reason[] {
  const { signals: declared = [], staleAfterSeconds } = input.workload.scaling;
  const { name: signal, kind, value, problem, ageSeconds: age } = named;
  const declaration = declared.find(({ name }) => name === signal);
  if (problem === undefined) return [reason('signal-read', { signal, kind, value: value ?? 0, age })];
  if (value === undefined) {
    const fallback = declaration?.fallback ?? 'none';
    return [reason('signal-lost', { signal, kind, problem, held: asked[signal] ?? 0, fallback })];
  }
  const stale = declaration ? staleAfter(declaration, staleAfterSeconds) : staleAfterSeconds;
  return [reason('signal-held', { signal, kind, problem, value, age, stale })];
}

function combined(
  members: Record<string, number>,
  how: string,
): { wanted: number; reasons: Reason[]; holdIn?: string | undefined } {
  const result = inAll(members, how);
  // Alone, the own queue has said all there is to say.
  if (typeof result === 'number' && Object.keys(members).length < 2 && (how === 'max' || how === 'sum'))
    return { wanted: result, reasons: [] };
  const parts = Object.entries(members)
    .map(([name, wanted]) => `${name} ${wanted}`)
    .join(', ');
  if (typeof result === 'number') {
    const wanted = Math.ceil(result - 0.01);
    return { wanted, reasons: [reason('signals-combined', { how, parts, wanted })] };
  }
  const { problem } = result;
  const largest = Math.max(0, ...Object.values(members));
  return {
    wanted: largest,
    holdIn: 'the formula over the signals fails',
    reasons: [reason('formula-failed', { problem, wanted: largest })],
  };
}

/** What several ask for together, or why that cannot be told. */
function inAll(members: Record<string, number>, how: string): number | { problem: string } {
  const numbers = Object.values(members);
  if (how === 'max') return Math.max(0, ...numbers);
  if (how === 'sum') return numbers.reduce((sum, each) => sum + each, 0);
  const result = evaluateFormula(how, members);
  return 'value' in result ? result.value : result;
}

/** Hints of no declared signal are demand of their own: at least so many replicas while they count. */
function withHints(
  { observation, state, workload, now }: PlanInput,
  wanted: number,
  rate: number,
): { wanted: number; reasons: Reason[]; changesAt: number | undefined } {
  const lead = hintLeadSeconds(state?.experience);
  const hints = observation.hints ?? [];
  const own = activeHints(hints, lead, now).filter(({ signal }) => signal === undefined);
  const { utilization } = workload.scaling.target;
  let result = wanted;
  const reasons = own.map(({ id, load, unit, at }) => {
    const replicas = Math.ceil((unit === 'replicas' ? load : load / (rate * utilization)) - 0.01);
    result = Math.max(result, replicas);
    const seconds = Math.max(0, (at - now) / 1000);
    return reason('hint', { id, load, unit: unit.replaceAll('-', ' '), seconds, lead, wanted: replicas });
  });
  return { wanted: result, reasons, changesAt: nextHintAt(hints, lead, now) };
}

const earliest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : Math.min(a, b ?? Infinity);
