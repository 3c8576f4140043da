// Real time, for a host that nobody drives.

import { SimulatedClock, type Time } from '../clock.ts';

/** The longest delay of a Node timer, in ms; a longer one fires at once. */
const longest = 2 ** 31 - 1;

/** Real time by real timers. Holds stop nothing here, but `settled` still tells when work in progress is done. */
export class RealClock extends SimulatedClock {
  constructor() {
    super(Date.now());
  }

  override now(): Time {
    return Date.now();
  }

  override at(time: Time, run: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const wait = Math.max(0, time - Date.now());
      timer = setTimeout(wait > longest ? arm : run, Math.min(wait, longest));
    };
    arm();
    return () => clearTimeout(timer);
  }
}
