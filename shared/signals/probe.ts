// When is a depth worth an evaluation? When it crosses what one replica can take within the target wait, in either
// direction, or moved by a quarter (and at least five messages) since an evaluation was last asked for.

import type { QueueRef, Workload } from '../workload/workload.ts';

const MOVED_SHARE = 0.25;
const MOVED_LEAST = 5;

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

/** The queues whose depths wake a workload: its own and those of its signals, each with what one replica can take. */
export function watchedQueues({
  mode,
  queue,
  signals = [],
  rules = [],
  target,
}: Workload['scaling']): { queue: QueueRef; target: Parameters<typeof movedEnough>[2] }[] {
  if (mode === 'off') return [];
  const named = signals.flatMap(({ name, queue: source }) => {
    const each = rules.find(({ signal, backlogPerReplica }) => signal === name && backlogPerReplica !== undefined);
    const backlog = each?.backlogPerReplica;
    const own = backlog === undefined ? target : { maxWaitSeconds: backlog, messagesPerSecondPerReplica: 1 };
    return source ? [{ queue: source, target: own }] : [];
  });
  return [...(queue ? [{ queue, target }] : []), ...named];
}
