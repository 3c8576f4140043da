import { closest, distance } from 'fastest-levenshtein';

/**
 * The candidate that is most like the word, upper and lower case being equal; undefined when none is like it. Alike
 * means that at most a third of the letters (two of a short word, but not all) must change: more is another word, not a typo.
 * So is the only one that begins with the word.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const upper = word.toUpperCase();
  const byUpper = new Map(candidates.map((candidate) => [candidate.toUpperCase(), candidate]));
  const best = closest(upper, [...byUpper.keys()]);
  const changes = distance(upper, best);
  if (changes < best.length && changes <= Math.max(2, best.length / 3)) return byUpper.get(best);
  const longer = [...byUpper.keys()].filter((candidate) => candidate.startsWith(upper));
  return upper !== '' && longer.length === 1 ? byUpper.get(longer[0] ?? '') : undefined;
}
