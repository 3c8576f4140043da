// What was wanted over a window? Scaling in follows the highest wish of the window (so that a dip removes nothing), and
// growing the base follows the lowest (so that a spike buys no machines). A window that is not yet covered by history
// answers undefined: after a loss of state nothing is removed on a guess.

type History = [number, number][];

const KEPT_MS = 30 * 60_000;
/** Wishes closer together than this share one entry, which keeps the higher one. */
const GRAIN_MS = 4_000;

/** Adds a wish; the history stays bounded (30 minutes at one entry each 4 s). */
export function remember(history: History, now: number, wanted: number, longestWindowMs: number): History {
  const kept = history.filter(([at]) => now - at <= Math.min(KEPT_MS, longestWindowMs + 60_000));
  const last = kept.at(-1);
  if (last && now - last[0] < GRAIN_MS) {
    return [...kept.slice(0, -1), [last[0], Math.max(last[1], wanted)]];
  }
  return [...kept, [now, wanted]];
}

export function highest(history: History, now: number, windowMs: number): number | undefined {
  return covered(history, now, windowMs) ? Math.max(...inWindow(history, now, windowMs)) : undefined;
}

export function lowest(history: History, now: number, windowMs: number): number | undefined {
  return covered(history, now, windowMs) ? Math.min(...inWindow(history, now, windowMs)) : undefined;
}

const inWindow = (history: History, now: number, windowMs: number): number[] =>
  history.filter(([at]) => now - at <= windowMs).map(([, wanted]) => wanted);

const covered = (history: History, now: number, windowMs: number): boolean => {
  const first = history[0];
  return first !== undefined && now - first[0] >= windowMs;
};
