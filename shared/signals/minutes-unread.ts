// Are the minute metrics missed? They come a minute or two late, and a reading or two that fail cost little: what was
// learned from them stays. Where none can be read for long, the rate of a replica stays a guess and nobody notices a
// burst that does not help, so it is said.

import type { PlanInput } from '../controller/plan-types.ts';
import { queueKey } from '../ports/demand.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';

const LONG_MS = 5 * 60_000;

export function minutesReasons({ workload, observation: { minutesUnread }, now }: PlanInput): Reason[] {
  const { queue } = workload.scaling;
  if (!queue || !minutesUnread || now - minutesUnread.since < LONG_MS) return [];
  const minutes = Math.floor((now - minutesUnread.since) / 60_000);
  return [reason('minutes-unread', { queue: queueKey(queue), minutes, problem: minutesUnread.problem })];
}
