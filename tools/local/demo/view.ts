// One picture of a running story: three charts over the whole of its time, and the last decisions with their reasons. Pure:
// what there is to show and the size of the terminal make lines.

import { drawChart, inColumns, niceTop } from './chart.ts';
import type { DecisionView, Trouble } from './decisions.ts';
import type { Pen, Style } from './pen.ts';
import type { Snapshot } from './scene.ts';
import { clockText, countText, cut, plural, wrap } from './words.ts';

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

export interface Size {
  columns: number;
  rows: number;
}

const COLOURS = { load: 'green', backlog: 'magenta', base: 'blue', burst: 'yellow' } as const;
/** Columns left of a chart, for its scale. */
const SCALE = 7;
/** Lines beside the rows of the three charts: heads, time axis, title, space and decisions. */
const OTHER_LINES = 14;

/** Lines that fit the terminal, one column and one row less than it has. */
export function drawPicture(picture: Picture, size: Size, pen: Pen): string[] {
  const width = size.columns - 1;
  const height = size.rows - 1;
  const rows = Math.max(1, Math.min(6, Math.floor((height - OTHER_LINES) / 3)));
  const upper = [titleLine(picture, width, pen), ...drawCharts(picture, width, rows, pen)];
  const footer = footerLine(picture, width, pen);
  const room = height - upper.length - footer.length;
  return [...upper, ...decisionLines(picture, width, room, pen), ...footer].slice(0, height);
}

/** The charts alone, to be left behind when the story is over. */
export function drawCharts({ history, span }: Picture, width: number, rows: number, pen: Pen): string[] {
  const columns = Math.max(10, width - SCALE);
  const now = history.at(-1);
  const seconds = Math.max(span, (now?.second ?? 0) + 1);
  const series = (read: (snapshot: Snapshot) => number): number[] =>
    inColumns(history.map((snapshot) => ({ second: snapshot.second, value: read(snapshot) })), seconds, columns);
  const peak = (read: (snapshot: Snapshot) => number): number =>
    history.reduce((most, snapshot) => Math.max(most, read(snapshot)), 0);
  const [load, backlog] = [peak((at) => at.load), peak((at) => at.backlog)];
  const replicas = peak((at) => at.baseReplicas + at.burstReplicas);
  const waiting = (now?.groups ?? 0) - (now?.burstReplicas ?? 0);
  const head = (parts: [Style, string][], most: string): string => headLine(parts, most, width, pen);
  const scaled = (top: number, lower: number[], lowerStyle: Style, upper?: number[]): string[] =>
    withScale(drawChart({ lower, lowerStyle, upper, upperStyle: COLOURS.burst, top, rows }, pen), top, pen);
  return [
    head([['bold', 'Load      '], [COLOURS.load, `${(now?.load ?? 0).toFixed(1)} messages/s`]], load.toFixed(1)),
    ...scaled(niceTop(load), series((at) => at.load), COLOURS.load),
    head([['bold', 'Backlog   '], [COLOURS.backlog, plural(now?.backlog ?? 0, 'message')]], countText(backlog)),
    ...scaled(niceTop(Math.max(10, backlog)), series((at) => at.backlog), COLOURS.backlog),
    head(
      [
        ['bold', 'Replicas  '],
        [COLOURS.base, `█ ${now?.baseReplicas ?? 0} base`],
        [COLOURS.burst, `  ${pen.colours ? '█' : '▒'} ${now?.burstReplicas ?? 0} burst`],
        ['dim', waiting > 0 ? `  ${waiting} more starting or ending` : ''],
      ],
      String(replicas),
    ),
    ...scaled(
      niceTop(Math.max(10, replicas)),
      series((at) => at.baseReplicas),
      COLOURS.base,
      series((at) => at.burstReplicas),
    ),
    pen.paint('dim', axisLine(seconds, columns)),
  ];
}

function titleLine({ title, history, speed }: Picture, width: number, pen: Pen): string {
  const clock = `${clockText(history.at(-1)?.second ?? 0)} simulated, ${speed.toFixed(0)}x`;
  const name = cut(`Spillway  ${title}`, width - clock.length - 2);
  return pen.paint('bold', name) + ' '.repeat(width - name.length - clock.length) + pen.paint('cyan', clock);
}

function headLine(parts: [Style, string][], most: string, width: number, pen: Pen): string {
  const peak = `peak ${most}`;
  const length = parts.reduce((sum, [, text]) => sum + text.length, 0);
  const painted = parts.map(([style, text]) => pen.paint(style, text)).join('');
  return painted + ' '.repeat(Math.max(1, width - length - peak.length)) + pen.paint('dim', peak);
}

function withScale(chart: string[], top: number, pen: Pen): string[] {
  return chart.map((line, row) => {
    const value = row === 0 ? countText(top) : row === chart.length - 1 ? '0' : '';
    return `${pen.paint('dim', `${value.padStart(SCALE - 2)} │`)}${line}`;
  });
}

/** Times at the quarters of the axis. */
function axisLine(seconds: number, columns: number): string {
  let line = ' '.repeat(SCALE);
  for (const quarter of [0, 1, 2, 3]) {
    line = line.padEnd(SCALE + Math.floor((columns * quarter) / 4)) + clockText((seconds * quarter) / 4);
  }
  const end = clockText(seconds);
  return line.padEnd(SCALE + columns - end.length) + end;
}

/** The newest decision with all of its reasons, then older ones, as far as there is room. */
function decisionLines({ decisions, start }: Picture, width: number, room: number, pen: Pen): string[] {
  if (decisions.length === 0) return room > 0 ? [pen.paint('dim', 'Nothing had to be changed yet.')] : [];
  const indent = '       ';
  const lines = decisions.flatMap(({ at, headline, reasons }) => [
    pen.paint('bold', cut(`${clockText((at - start) / 1000).padEnd(7)}Spillway ${headline}`, width)),
    ...reasons.flatMap((text) => wrap(indent + text, width, indent)).map((line) => pen.paint('dim', cut(line, width))),
  ]);
  return lines.slice(0, Math.max(0, room));
}

function footerLine({ troubles }: Picture, width: number, pen: Pen): string[] {
  const [last] = troubles;
  if (!last) return [pen.paint('dim', 'Ctrl+C ends this and cleans up.')];
  const text = `${plural(troubles.length, 'problem')}, the last: ${last.text}`;
  return [pen.paint(last.level === 'error' ? 'red' : 'yellow', cut(text, width))];
}
