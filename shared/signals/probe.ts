// When is a depth worth an evaluation? When it crosses what one replica can take within the target wait, in either
// direction, or moved by a quarter (and at least five messages) since an evaluation was last asked for.

import type { SignalDeclaration } from '../workload/signals.ts';
import type { QueueRef, Workload } from '../workload/workload.ts';

const MOVED_SHARE = 0.25;
export const MOVED_LEAST = 5;

export function movedEnough(
  last: number | undefined,
  depth: number,
  target: { maxWaitSeconds: number; messagesPerSecondPerReplica: number },
): boolean {
  if (last === undefined) return true;
  const threshold = Math.max(1, target.maxWaitSeconds * target.messagesPerSecondPerReplica);
  if (last < threshold !== depth < threshold || (last === 0) !== (depth === 0)) return true;
  return Math.abs(depth - last) >= Math.max(MOVED_LEAST, MOVED_SHARE * last);
}

type Target = Parameters<typeof movedEnough>[2];

/** What one replica takes of a signal: by its rule, else as the workload's own queue. */
function targetOf(name: string, { rules = [], target }: Workload['scaling']): Target {
  const own = rules.filter((rule) => rule.signal === name);
  const seconds = own.find(({ queueTimeSeconds }) => queueTimeSeconds !== undefined)?.queueTimeSeconds;
  if (seconds !== undefined) return { ...target, maxWaitSeconds: seconds };
  const backlog = own.find(({ backlogPerReplica }) => backlogPerReplica !== undefined)?.backlogPerReplica;
  return backlog === undefined ? target : { maxWaitSeconds: backlog, messagesPerSecondPerReplica: 1 };
}

/** The queues whose depths wake a workload: its own and those of its signals, each with what one replica can take. */
export function watchedQueues(scaling: Workload['scaling']): { queue: QueueRef; target: Target }[] {
  const { mode, queue, signals = [], target } = scaling;
  if (mode === 'off') return [];
  const named = signals.flatMap(({ name, queue: source }) =>
    source ? [{ queue: source, target: targetOf(name, scaling) }] : [],
  );
  return [...(queue ? [{ queue, target }] : []), ...named];
}

/** The subscriptions and storage queues that wake a workload in the same way. */
export function watchedSignals(scaling: Workload['scaling']): { signal: SignalDeclaration; target: Target }[] {
  const { mode, signals = [] } = scaling;
  if (mode === 'off') return [];
  const watched = signals.filter(({ subscription, storageQueue }) => subscription ?? storageQueue);
  return watched.map((signal) => ({ signal, target: targetOf(signal.name, scaling) }));
}
