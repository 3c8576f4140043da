// The story as plain lines: for files, pipes and builds.

import type { DecisionView, Trouble } from './decisions.ts';
import type { Snapshot } from './scene.ts';
import type { Show } from './show.ts';
import { clockText, countText } from './words.ts';

/** Simulated seconds from one line of figures to the next. */
const EVERY_SECONDS = 20;

export function plainShow(write: (line: string) => void): Show {
  let start: number | undefined;
  const at = (time: number): string => clockText(start === undefined ? 0 : (time - start) / 1000);
  return {
    begin: (time) => (start = time),
    snapshot: (snapshot) => {
      if (snapshot.second % EVERY_SECONDS === 0) write(figuresLine(snapshot));
    },
    decision: (decision) => write(decisionLine(at(decision.at), decision)),
    trouble: (trouble) => write(troubleLine(at(trouble.at), trouble)),
    end: () => {},
  };
}

function figuresLine({ second, load, backlog, baseReplicas, burstReplicas, groups }: Snapshot): string {
  const starting = groups > burstReplicas ? ` (${groups - burstReplicas} more groups start or end)` : '';
  return (
    `${clockText(second)}  load ${load.toFixed(1)}/s, backlog ${countText(backlog)}, ` +
    `base ${baseReplicas}, burst ${burstReplicas}${starting}`
  );
}

/** As a line of its own, with its reasons. */
export const decisionLine = (at: string, { headline, reasons }: DecisionView): string =>
  `${at}  Spillway ${headline}. ${reasons.join(' ')}`;

export const troubleLine = (at: string, { level, text }: Trouble): string => `${at}  ${level}: ${text}`;
