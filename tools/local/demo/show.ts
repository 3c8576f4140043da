// Who shows a story while it plays.

import type { HostLogListener } from './host-log.ts';
import type { Snapshot } from './scene.ts';

export interface Show extends HostLogListener {
  /** The load begins, at this simulated moment (epoch ms). */
  begin(start: number): void;
  snapshot(snapshot: Snapshot): void;
  /** Gives the terminal back. */
  end(): void;
}
