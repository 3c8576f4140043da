// Is a depth of zero true? A throttled Service Bus namespace answers zero by design and for as long as it is throttled, so
// asking it again proves nothing. After a fall to zero the last wish stands until something else agrees:
//
//   witness    in the same answer something else of the namespace is counted, such as the trigger of the evaluation itself where
//              Spillway's queues are in it, or a dead letter: all counts of a throttled one are zero. Twice, to be sure
//   metrics    Azure Monitor saw a full minute without messages after the fall
//   replicas   those that poll said idle and never busy, so often that with the load of before the fall ten would have been
//              busy (chance explains that once in 20,000 times)
//   time       nothing contradicted it for five minutes
//
// Fails towards keeping capacity: a load that did end is followed a minute or two later than it could be.

import type { PlanInput } from '../controller/plan-types.ts';
import type { Beat } from '../ports/stores.ts';

/** Replicas poll each 20 s; each should have done so since. */
const POLL_MS = 20_000;
const ONE_ROUND_MS = 25_000;
const BUSY_POLLS = 10;
/** A zero with a witness is read once more. */
export const ONCE_MORE_MS = 4_000;
/** A replica that was not heard of for so long says nothing any more. */
const SPEAKS_MS = 60_000;
/** Throttling that lasts longer was never reported; without any other source the zero must count some time. */
const UNCONTRADICTED_MS = 300_000;

/** What runs, and how busy it was when the queue last held messages. */
export interface BeforeZero {
  /** Replicas that serve or start. */
  have: number;
  /** Share of the replicas that worked on a message, as estimated; 0 when not known. */
  utilization: number;
}

/** `zeroSince`: since when zeros are uncontradicted; once accepted, the others need no proof. */
export function zeroConfirmed(
  { observation, state, now }: PlanInput,
  zeroSince: number,
  { have, utilization }: BeforeZero,
): boolean {
  const last = state?.samples.at(-1);
  // With planner state lost there is no fall to see, but what runs was wanted by somebody.
  if (!last && have === 0) return true;
  if (last?.[1] === 0 && last[0] >= zeroSince) return true;
  if (witnessedAt(observation) - zeroSince >= ONCE_MORE_MS) return true;
  const metric = observation.minutes.at(-1);
  if (metric && metric.minute >= zeroSince && metric.active !== undefined && metric.active < 1) return true;
  const beats = speaking(observation.beats, now);
  const idleSince = uncontradictedSince(observation, zeroSince, now);
  const spoken = beats.length > 0 && beats.every(({ at }) => at > idleSince);
  const proof = Math.max(ONE_ROUND_MS, (BUSY_POLLS * POLL_MS) / (beats.length * utilization));
  return now - idleSince >= Math.min(spoken ? proof : Infinity, UNCONTRADICTED_MS);
}

/** Time of the present reading, if it has a witness. */
const witnessedAt = ({ queue }: PlanInput['observation']): number =>
  queue?.status === 'read' && queue.value.witnessed ? queue.at : -Infinity;

/** The last poll since `zeroSince` that said busy: kept, because the next poll of the same replica says something else. */
export const uncontradictedSince = (
  { beats }: Pick<PlanInput['observation'], 'beats'>,
  zeroSince: number,
  now: number,
): number =>
  Math.max(
    zeroSince,
    ...speaking(beats, now)
      .filter(({ busy }) => busy)
      .map(({ at }) => at),
  );

/** A replica that drains says busy until it knows of it, and idle whatever the load. */
const speaking = (beats: Beat[], now: number): Beat[] =>
  beats.filter(({ told, at }) => told === undefined && now - at <= SPEAKS_MS);
