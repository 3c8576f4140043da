// Charts of block characters: a column is a moment, eight steps to a row. Two series stand on each other.

import { BACKGROUND, type Colour, type Pen, type Style } from './pen.ts';

export interface Chart {
  /** One value per column. */
  lower: number[];
  lowerColour: Colour;
  /** Stands on `lower`. */
  upper?: number[] | undefined;
  upperColour?: Colour | undefined;
  /** The value at the upper edge. */
  top: number;
  rows: number;
}

const BLOCKS = ' ▁▂▃▄▅▆▇█';
const FULL = 8;

type Cell = { text: string; style: Style | undefined };

/** Lines from the upper edge down. What is more than nothing shows, however small. */
export function drawChart(chart: Chart, pen: Pen): string[] {
  const { lower, upper = [], top, rows } = chart;
  const steps = (value: number): number =>
    value <= 0 ? 0 : Math.min(rows * FULL, Math.max(1, Math.round((value / top) * rows * FULL)));
  const columns = lower.map((value, column) => [steps(value), steps(value + (upper[column] ?? 0))] as const);
  return Array.from({ length: rows }, (_, row) => {
    const floor = (rows - 1 - row) * FULL;
    const inRow = (level: number): number => Math.max(0, Math.min(FULL, level - floor));
    return columns.map(([low, all]) => paintCell(inRow(low), inRow(all), chart, pen)).join('');
  });
}

function paintCell(low: number, all: number, chart: Chart, pen: Pen): string {
  const { text, style } = pen.colours ? cellOf(low, all, chart) : greyCellOf(low, all);
  return style === undefined ? text : pen.paint(style, text);
}

/** One cell, filled to `low` by the lower series and to `all` by both. */
function cellOf(low: number, all: number, { lowerColour, upperColour = lowerColour }: Chart): Cell {
  if (low === all) return { text: block(all), style: all === 0 ? undefined : lowerColour };
  if (low === 0) return { text: block(all), style: upperColour };
  if (all === FULL) return { text: block(low), style: [lowerColour, BACKGROUND[upperColour]] };
  return { text: block(all), style: low * 2 >= all ? lowerColour : upperColour };
}

/** Without colours the upper series is hatched, to half a cell. */
function greyCellOf(low: number, all: number): Cell {
  const hatched = all * 2 >= FULL ? '▒' : '░';
  const text = low === all ? block(all) : low * 2 >= FULL ? block(FULL) : hatched;
  return { text, style: undefined };
}

const block = (level: number): string => BLOCKS[level] ?? ' ';

const ROUND = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The next round number that is not below `value`. */
export function roundTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return (ROUND.find((step) => step * power >= value) ?? 10) * power;
}

/** The largest value of each of `columns` equal parts of `span` seconds; parts without a value repeat the one before. */
export function inColumns(
  points: readonly { second: number; value: number }[],
  span: number,
  columns: number,
): number[] {
  const result: number[] = [];
  for (const { second, value } of points) {
    const column = Math.min(columns - 1, Math.floor((second / span) * columns));
    while (result.length < column) result.push(result.at(-1) ?? 0);
    result[column] = Math.max(result[column] ?? 0, value);
  }
  return result;
}
