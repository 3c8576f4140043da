// One picture of a running story: its charts, and the last decisions with their reasons. Pure: what there is to show and the
// size of the terminal make lines.

import { drawCharts } from './charts.ts';
import type { DecisionView, Trouble } from './decisions.ts';
import type { Pen } from './pen.ts';
import type { Snapshot } from './scene.ts';
import { clockText, cut, plural, wrap } from './words.ts';

export interface Picture {
  /** What is played, in a few words. */
  title: string;
  /** Oldest first, one each simulated second. */
  history: readonly Snapshot[];
  /** Simulated seconds that the charts show at least. */
  span: number;
  /** Simulated seconds per real second that were reached. */
  speed: number;
  /** When the load began, epoch ms of the simulated clock. */
  start: number;
  /** Newest first. */
  decisions: readonly DecisionView[];
  /** Newest first. */
  troubles: readonly Trouble[];
}

/** Lines that are no rows of a chart: title, heads and axis of the charts, and room for decisions and footer. */
const OTHER_LINES = 14;
const MOST_CHART_ROWS = 8;

/** Lines that fit a terminal of this size, with its last column and row left empty. */
export function drawPicture(picture: Picture, size: { columns: number; rows: number }, pen: Pen): string[] {
  const width = size.columns - 1;
  const height = size.rows - 1;
  const rows = Math.max(1, Math.min(MOST_CHART_ROWS, Math.floor((height - OTHER_LINES) / 3)));
  const charts = drawCharts(picture.history, picture.span, { width, rows }, pen);
  const upper = [titleLine(picture, width, pen), ...charts];
  const room = Math.max(0, height - upper.length - 1);
  const decisions = decisionLines(picture, width, pen).slice(0, room);
  return [...upper, ...decisions, footerLine(picture, width, pen)].slice(0, height);
}

function titleLine({ title, history, speed }: Picture, width: number, pen: Pen): string {
  const clock = `${clockText(history.at(-1)?.second ?? 0)} simulated, speed ${speed.toFixed(0)}`;
  const name = cut(`Spillway: ${title}`, width - clock.length - 2);
  return pen.paint('bold', name.padEnd(width - clock.length) + clock);
}

/** Newest first, each with its reasons from the last backwards: what was done, then why, as far as there is room. */
function decisionLines({ decisions, start }: Picture, width: number, pen: Pen): string[] {
  if (decisions.length === 0) return [pen.paint('dim', 'Nothing had to be changed yet.')];
  const indent = '       ';
  return decisions.flatMap(({ at, headline, reasons }) => [
    pen.paint('bold', cut(`${clockText((at - start) / 1000).padEnd(indent.length)}Spillway ${headline}`, width)),
    ...reasons
      .toReversed()
      .flatMap((text) => wrap(text, width - indent.length))
      .map((line) => pen.paint('dim', cut(indent + line, width))),
  ]);
}

function footerLine({ troubles }: Picture, width: number, pen: Pen): string {
  const [last] = troubles;
  if (!last) return pen.paint('dim', 'Ctrl+C ends this and cleans up.');
  const text = `${plural(troubles.length, 'problem')}, the last: ${last.text}`;
  return pen.paint(last.level === 'error' ? 'red' : 'yellow', cut(text, width));
}
