// What the Functions host logs, for whoever watches; all of it also goes to a file that outlives the run, in which CI looks
// for secrets.

import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { LogLine } from '../host/launch.ts';
import { decisionIn, troubleIn, type DecisionView, type Trouble } from './decisions.ts';

/** Files of the local stack that are kept, outside of version control. */
export const KEPT = join(import.meta.dirname, '..', '..', '..', '.local');

export interface HostLog {
  /** Path of the file from the current folder. */
  file: string;
  /** Takes a line of the host. */
  take(line: LogLine): void;
}

export interface HostLogListener {
  decision(decision: DecisionView): void;
  trouble(trouble: Trouble): void;
}

/** Begins the file `name` anew. Lines are written at once, so that none is missing after a crash. */
export function hostLog(name: string, listener: HostLogListener): HostLog {
  mkdirSync(KEPT, { recursive: true });
  const file = join(KEPT, name);
  writeFileSync(file, '');
  return {
    file: relative(process.cwd(), file),
    take: (line) => {
      const decision = decisionIn(line);
      const trouble = troubleIn(line);
      if (decision) listener.decision(decision);
      if (trouble) listener.trouble(trouble);
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
  };
}
