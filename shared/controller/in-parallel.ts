/** Calls at once, so that an evaluation stays within what Azure answers without throttling. */
const MOST_AT_ONCE = 8;

/**
 * Runs `task` over all items, at most `atOnce` (eight) at once; rejects with the first error after all under way have
 * ended.
 */
export async function inParallel<T>(
  items: readonly T[],
  task: (item: T) => Promise<void>,
  atOnce = MOST_AT_ONCE,
): Promise<void> {
  if (items.length === 0) return;
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
