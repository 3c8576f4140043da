// What is the load at this time of the day, or of the week? The highest load of each five minutes (UTC), learned over days:
// a new one counts for 40 %, so that a month is forgotten in a week. In tenths of a replica, -1 where nothing is known.

export type Profile = readonly number[];

export const SLOT_SECONDS = 300;
export const DAY_SLOTS = 288;
export const WEEK_SLOTS = 7 * DAY_SLOTS;
const NEWEST = 0.4;
const MOST_TENTHS = 99_999;

export const slotOf = (at: number, slots: number): number => Math.floor(at / (SLOT_SECONDS * 1000)) % slots;

/** With the highest load of the slot that ended. */
export function learnSlot(known: Profile | undefined, slots: number, slot: number, highest: number): number[] {
  const next = known?.length === slots ? [...known] : Array<number>(slots).fill(-1);
  const before = next[slot] ?? -1;
  const tenths = Math.min(MOST_TENTHS, 10 * highest);
  next[slot] = Math.round(before < 0 ? tenths : before + NEWEST * (tenths - before));
  return next;
}

/** The highest load that is usual between two moments; undefined unless all of it is known. */
export function usualLoad(profile: Profile | undefined, slots: number, from: number, to: number): number | undefined {
  let highest = 0;
  for (let at = from; ; at = Math.min(to, at + SLOT_SECONDS * 1000)) {
    const tenths = profile?.[slotOf(at, slots)] ?? -1;
    if (tenths < 0) return undefined;
    highest = Math.max(highest, tenths / 10);
    if (at >= to) return highest;
  }
}
