// Charts of block characters: a column is a moment, eight steps to a row. Two series stand on each other.

import type { Pen, Style } from './pen.ts';

export interface Chart {
  /** One value per column. */
  lower: number[];
  lowerStyle: Style;
  /** Stands on `lower`. */
  upper?: number[] | undefined;
  upperStyle?: Style | undefined;
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
    return paintRow(
      columns.map(([low, all]) => cellOf(inRow(low), inRow(all), chart, pen.colours)),
      pen,
    );
  });
}

/** One cell with `low` steps of the lower series and `all` of both; without colours the upper one is hatched. */
function cellOf(low: number, all: number, { lowerStyle, upperStyle = lowerStyle }: Chart, colours: boolean): Cell {
  const block = (level: number): string => BLOCKS[level] ?? ' ';
  if (all === 0) return { text: ' ', style: undefined };
  if (low === all) return { text: block(all), style: lowerStyle };
  if (!colours) return { text: low * 2 >= FULL ? '█' : all * 2 >= FULL ? '▒' : low > 0 ? block(low) : '░', style: undefined };
  if (low === 0) return { text: block(all), style: upperStyle };
  if (all === FULL) return { text: block(low), style: [lowerStyle, `bg${upperStyle[0]?.toUpperCase()}${upperStyle.slice(1)}`] as never };
  return { text: block(all), style: low * 2 >= all ? lowerStyle : upperStyle };
}

function paintRow(cells: Cell[], pen: Pen): string {
  return cells.map(({ text, style }) => (style === undefined ? text : pen.paint(style, text))).join('');
}

/** The next of 1, 2, 5, 10, 20, 50 ... that is not below `value`. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
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
