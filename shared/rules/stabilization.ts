// What was wanted over a window? Scaling in follows the highest wish of the window (so that a dip removes nothing), and
// growing the base follows the lowest (so that a spike buys no machines). A window that is not yet covered by history
// answers undefined: after a loss of state nothing is removed on a guess.

// Elements are read by their index: the histories are walked several times in each plan, and taking a pair apart by a
// pattern goes by an iterator, which takes several times as long.

type History = [number, number][];

const KEPT_MS = 30 * 60_000;
/** Wishes closer together than this share one entry, which keeps the higher one. */
const GRAIN_MS = 4_000;

/** Adds a wish; the history stays bounded (30 minutes at one entry each 4 s). */
export function remember(history: History, now: number, wanted: number, longestWindowMs: number): History {
  const keptMs = Math.min(KEPT_MS, longestWindowMs + 60_000);
  const kept = history.filter((wish) => now - wish[0] <= keptMs);
  const last = kept.at(-1);
  if (last && now - last[0] < GRAIN_MS) {
    return [...kept.slice(0, -1), [last[0], Math.max(last[1], wanted)]];
  }
  return [...kept, [now, wanted]];
}

export function highest(history: History, now: number, windowMs: number): number | undefined {
  if (!covered(history, now, windowMs)) return undefined;
  return history.reduce((most, wish) => (now - wish[0] <= windowMs ? Math.max(most, wish[1]) : most), -Infinity);
}

export function lowest(history: History, now: number, windowMs: number): number | undefined {
  if (!covered(history, now, windowMs)) return undefined;
  return history.reduce((least, wish) => (now - wish[0] <= windowMs ? Math.min(least, wish[1]) : least), Infinity);
}

const covered = (history: History, now: number, windowMs: number): boolean => {
  const first = history[0];
  return first !== undefined && now - first[0] >= windowMs;
};
