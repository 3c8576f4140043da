// May a reading of a declared signal be believed, and what counts when not?
//
//   a good reading                         counts
//   none, or one that cannot be true       the last good one counts until it is stale, and nothing is scaled in
//   none, and the last one is stale        not known: what its rules asked for last, or the user's fallback, stands
//   a queue that falls to zero             the last good one counts until the zero has stood long enough, or has a witness
//
// Fails towards keeping capacity. A second reading of one moment with another value: the larger counts.

import type { PlanInput, SignalMemory } from '../controller/plan-types.ts';
import { QUEUES, sourceOf, type SignalDeclaration, type SourceKind } from '../workload/signals.ts';
import { byName } from './by-name.ts';
import { ONCE_MORE_MS, uncontradictedSince } from './zero.ts';
import { impossible } from './impossible.ts';

/** What one signal says now. */
export interface NamedSignal {
  name: string;
  kind: SourceKind;
  /** Undefined when it is not known. */
  value: number | undefined;
  at: number;
  ageSeconds: number;
  /** Why nothing may be scaled in on it. */
  problem?: string | undefined;
  /** Seconds that the oldest message waits, where that is known. */
  oldestSeconds?: number | undefined;
  /** Units a second since the reading before. */
  growth?: number | undefined;
  /** Messages of all that it is made of; only of queues, and of formulas over queues alone. */
  messages?: number | undefined;
  /** Before this reading there was none that counted. */
  missed?: boolean | undefined;
  /** Of a zero that is not believed yet: seconds that it has stood, and is to stand. */
  zero?: { seconds: number; stands: number } | undefined;
}

/** Metrics and logs come one to three minutes late. */
const LATE_SECONDS = 300;
/** A reading that was taken over from an earlier evaluation is asked for again before this. */
const TAKEN_OVER_MS = 90_000;
/** A throttled Service Bus namespace answers zero for as long as it is throttled; see zero.ts. */
const THROTTLED = { standsMs: 300_000, problem: 'it reads zero, which a throttled namespace also says' };
const ROUGH = { standsMs: 30_000, problem: 'it reads zero, and storage queues are counted roughly' };
const ZEROS: Partial<Record<SourceKind, typeof ROUGH>> = {
  queue: THROTTLED,
  subscription: THROTTLED,
  storageQueue: ROUGH,
};

/** Seconds after which a reading of the signal does not count any more. */
export const staleAfter = (signal: SignalDeclaration, usual: number): number =>
  signal.staleAfterSeconds ?? (signal.metric || signal.log ? Math.max(usual, LATE_SECONDS) : usual);

/** `have` replicas serve or start. The memory is what to keep for the next evaluation. */
export function believed(
  input: PlanInput,
  signal: SignalDeclaration,
  have: number,
): { named: NamedSignal; memory: SignalMemory | undefined } {
  const { observation, state, workload, now } = input;
  const last = byName(state?.signals?.readings, signal.name);
  // One of a time to come is of before a clock was put back, and says nothing.
  const before = last && impossible(last.value, last.at, now) === undefined ? last : undefined;
  const answer = byName(observation.signals, signal.name);
  const read = newReading(answer, before, input);
  const kind = sourceOf(signal);
  const stale = staleAfter(signal, workload.scaling.staleAfterSeconds);
  const result = (memory: SignalMemory | undefined, problem?: string) => {
    const missed = before !== undefined && memory !== undefined && memory.at - before.at > stale * 1000;
    return { named: { ...namedFrom(signal.name, kind, memory, problem, stale, now), missed }, memory };
  };
  if ('problem' in read) return result(before, read.problem);
  const { reading, doubt } = read;
  const witnessed = answer?.status === 'read' && answer.value.witnessed;
  const { standsMs = 0, problem } = ZEROS[kind] ?? {};
  const stands = witnessed ? ONCE_MORE_MS : standsMs;
  const zeroSince = unbelievedZero(input, stands, reading, before, have);
  if (zeroSince === undefined) return result(reading, doubt);
  const held = before?.value ?? 0;
  const kept = { ...reading, value: held, growth: undefined, zeroSince };
  const { named, memory } = result(kept, problem);
  const zero = { seconds: Math.max(0, (reading.at - zeroSince) / 1000), stands: stands / 1000 };
  return { named: held > 0 ? { ...named, zero } : { ...named, value: undefined }, memory };
}

/** Since when it reads zero that is not believed until it `stands` so long; undefined when the reading counts as it is. */
function unbelievedZero(
  { observation, now }: PlanInput,
  stands: number,
  reading: SignalMemory,
  before: SignalMemory | undefined,
  have: number,
): number | undefined {
  if (stands === 0 || reading.value > 0) return undefined;
  // With memory lost there is no fall to see, but what runs was wanted by somebody.
  const fell = before ? before.value > 0 || before.zeroSince !== undefined : have > 0;
  if (!fell) return undefined;
  const zeroSince = uncontradictedSince(observation, before?.zeroSince ?? reading.at, now);
  return reading.at - zeroSince < stands ? zeroSince : undefined;
}

type Read = { problem: string } | { reading: SignalMemory; doubt?: string | undefined };

function newReading(
  answer: NonNullable<PlanInput['observation']['signals']>[string] | undefined,
  before: SignalMemory | undefined,
  { observation: { startedAt }, now }: PlanInput,
): Read {
  if (!answer) {
    const takenOver = before !== undefined && now - before.readAt <= TAKEN_OVER_MS;
    return takenOver ? { reading: before } : { problem: 'it was not read' };
  }
  if (answer.status === 'failed') return { problem: answer.failure.code };
  const { value, at } = { ...answer.value, at: answer.at };
  const problem =
    impossible(value, at, now) ?? (before && at < before.at ? 'its reading is older than one before' : undefined);
  if (problem !== undefined) return { problem };
  if (before && at === before.at) {
    const reading = { ...before, value: Math.max(before.value, value), readAt: startedAt };
    return { reading, ...(value !== before.value && { doubt: 'two readings of one moment differ' }) };
  }
  const oldestSeconds = ageOf(answer.value.oldestSeconds);
  return { reading: { value, at, readAt: startedAt, oldestSeconds, growth: growthFrom(before, value, at) } };
}

const ageOf = (seconds: number | undefined): number | undefined =>
  seconds !== undefined && Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;

/** Two readings within a second tell no rate. */
function growthFrom(before: SignalMemory | undefined, value: number, at: number): number | undefined {
  if (!before) return undefined;
  const seconds = (at - before.at) / 1000;
  return seconds < 1 ? before.growth : (value - before.value) / seconds;
}

function namedFrom(
  name: string,
  kind: SourceKind,
  memory: SignalMemory | undefined,
  problem: string | undefined,
  staleSeconds: number,
  now: number,
): NamedSignal {
  if (!memory) return { name, kind, value: undefined, at: now, ageSeconds: 0, problem: problem ?? 'it was not read' };
  const { value, at, oldestSeconds, growth } = memory;
  const ageSeconds = Math.max(0, (now - at) / 1000);
  const messages = QUEUES.includes(kind) ? value : undefined;
  const named = { name, kind, at, ageSeconds, oldestSeconds, growth, messages };
  if (ageSeconds <= staleSeconds) return { ...named, value, problem };
  return { ...named, value: undefined, problem: problem ?? 'its reading is too old' };
}
