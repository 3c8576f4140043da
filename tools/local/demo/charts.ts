// The charts of a story, over the whole of its time: load, backlog, and the replicas of base and burst. Pure.

import { drawChart, inColumns, roundTop } from './chart.ts';
import type { Colour, Pen, Style } from './pen.ts';
import type { Snapshot } from './scene.ts';
import { clockText, countText, plural } from './words.ts';

/** What one chart shows. */
interface Panel {
  head: [Style, string][];
  /** Stands on the right. */
  peak: number;
  /** The scale ends at this value at least. */
  least: number;
  lower: (snapshot: Snapshot) => number;
  lowerColour: Colour;
  upper?: (snapshot: Snapshot) => number;
  upperColour?: Colour;
}

/** Columns left of a chart, for its scale. */
const SCALE = 7;

/**
 * Three charts with `rows` lines each, a head above each and an axis of time below the last: 3 x rows + 4 lines, `width`
 * wide. `history` is oldest first; the axis ends at `span` seconds or later.
 */
export function drawCharts(
  history: readonly Snapshot[],
  span: number,
  { width, rows }: { width: number; rows: number },
  pen: Pen,
): string[] {
  const columns = Math.max(10, width - SCALE);
  const seconds = Math.max(span, (history.at(-1)?.second ?? 0) + 1);
  const series = (read: Panel['lower']): number[] =>
    inColumns(
      history.map((snapshot) => ({ second: snapshot.second, value: read(snapshot) })),
      seconds,
      columns,
    );
  const lines: string[] = [];
  for (const { head, peak, least, lower, upper, ...colours } of panels(history, pen)) {
    const top = roundTop(Math.max(least, peak));
    const chart = drawChart({ ...colours, lower: series(lower), upper: upper && series(upper), top, rows }, pen);
    lines.push(headLine(head, peak, width, pen), ...withScale(chart, top, pen));
  }
  return [...lines, pen.paint('dim', axisLine(seconds, columns))];
}

function panels(history: readonly Snapshot[], pen: Pen): Panel[] {
  const { load, backlog, baseReplicas, burstReplicas, groups } = history.at(-1) ?? NOTHING;
  const peak = (read: Panel['lower']): number => history.reduce((most, each) => Math.max(most, read(each)), 0);
  const others = groups - burstReplicas;
  return [
    {
      head: [
        ['bold', 'Load      '],
        ['green', `${load.toFixed(1)} messages/s`],
      ],
      peak: peak((at) => at.load),
      least: 1,
      lower: (at) => at.load,
      lowerColour: 'green',
    },
    {
      head: [
        ['bold', 'Backlog   '],
        ['magenta', plural(backlog, 'message')],
      ],
      peak: peak((at) => at.backlog),
      least: 10,
      lower: (at) => at.backlog,
      lowerColour: 'magenta',
    },
    {
      head: [
        ['bold', 'Replicas  '],
        ['cyan', `█ ${baseReplicas} base`],
        ['yellow', `  ${pen.colours ? '█' : '▒'} ${burstReplicas} burst`],
        ['dim', others > 0 ? `  ${plural(others, 'more group')} starting or ending` : ''],
      ],
      peak: peak((at) => at.baseReplicas + at.burstReplicas),
      least: 10,
      lower: (at) => at.baseReplicas,
      lowerColour: 'cyan',
      upper: (at) => at.burstReplicas,
      upperColour: 'yellow',
    },
  ];
}

const NOTHING: Snapshot = { second: 0, load: 0, backlog: 0, baseReplicas: 0, burstReplicas: 0, groups: 0 };

/** The head on the left, cut where it would reach the peak on the right. */
function headLine(head: Panel['head'], most: number, width: number, pen: Pen): string {
  const peak = `peak ${countText(Math.round(most * 10) / 10)}`;
  let room = width - peak.length - 1;
  let line = '';
  for (const [style, text] of head) {
    const shown = text.slice(0, room);
    line += pen.paint(style, shown);
    room -= shown.length;
  }
  return line + ' '.repeat(room + 1) + pen.paint('dim', peak);
}

function withScale(chart: string[], top: number, pen: Pen): string[] {
  return chart.map((line, row) => {
    const value = row === 0 ? countText(top) : row === chart.length - 1 ? '0' : '';
    return `${pen.paint('dim', `${value.padStart(SCALE - 2)} │`)}${line}`;
  });
}

/** Times at the quarters of the axis, or at its middle when it is short. */
function axisLine(seconds: number, columns: number): string {
  const parts = columns < 48 ? 2 : 4;
  let line = ' '.repeat(SCALE);
  for (let part = 0; part < parts; part++) {
    line = line.padEnd(SCALE + Math.floor((columns * part) / parts)) + clockText((seconds * part) / parts);
  }
  const end = clockText(seconds);
  return line.padEnd(SCALE + columns - end.length) + end;
}
