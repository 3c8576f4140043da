// What no reading can be, whatever it is of: then it is none.

/** No queue of Azure holds as many messages, and no metric of use here is as large. */
const ABSURD = 1e12;
/** Clocks of services differ by less. */
const SKEW_MS = 60_000;

/** What is wrong with a value that was true at `at`, or undefined. */
export function impossible(value: number, at: number, now: number): string | undefined {
  if (!Number.isFinite(value) || !Number.isFinite(at)) return 'its reading is no number';
  if (value < 0) return `its reading, ${value}, is below zero`;
  if (value > ABSURD) return `its reading, ${value}, is beyond belief`;
  return at > now + SKEW_MS ? 'its reading is of a time to come' : undefined;
}
