// The story as plain lines: for files, pipes and builds.

import type { DecisionView, Trouble } from './decisions.ts';
import type { Snapshot } from './scene.ts';
import type { Show } from './show.ts';
import { clockText, countText } from './words.ts';

/** A line of figures each `everySeconds` of simulated time, and one for each decision and each problem. */
export function plainShow(write: (line: string) => void, everySeconds = 20): Show {
  let start: number | undefined;
  const at = (time: number): string => clockText(start === undefined ? 0 : (time - start) / 1000);
  return {
    begin: (time) => (start = time),
    snapshot: (snapshot) => {
      if (snapshot.second % everySeconds === 0) write(figuresLine(snapshot));
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

const decisionLine = (at: string, { headline, reasons }: DecisionView): string =>
  `${at}  Spillway ${headline}. ${reasons.join(' ')}`;

const troubleLine = (at: string, { level, text }: Trouble): string => `${at}  ${level}: ${text}`;
