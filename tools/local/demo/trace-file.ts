// A trace as a CSV of counts: one line per bin, of several columns the last, with or without a header. What would play another
// load than was recorded is refused with its line: a blank line and a hole in the time stamps move all that follows.

import { readFile } from 'node:fs/promises';
import type { Load } from './load.ts';
import { plural } from './words.ts';

/** Lines that are wrong are many when something is wrong with all of them. */
const MOST_SHOWN = 10;
const DAY = 86_400;

interface Row {
  /** Number of the line in the file. */
  line: number;
  cells: string[];
}

/** Throws with all lines that are wrong, and when the file cannot be read. */
export async function readTrace(file: string, binSeconds: number): Promise<Load> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The trace ${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}.`,
    );
  });
  const rows = rowsOf(text);
  const [first] = rows;
  const counted = first && isHeader(first) ? rows.slice(1) : rows;
  if (counted.length === 0) throw new Error(`${file} holds no counts.`);
  const problems = [...wrongCounts(counted), ...wrongTimes(counted, binSeconds)];
  if (problems.length > 0) throw new Error(inLines(file, problems));
  return { seconds: binSeconds, rates: counted.map((row) => countOf(row) / binSeconds) };
}

/** Blank lines at the ends are none. */
function rowsOf(text: string): Row[] {
  const rows = text
    .split(/\r?\n/)
    .map((line, index): Row => ({ line: index + 1, cells: line.split(',').map((cell) => cell.trim()) }));
  const isFilled = (row: Row): boolean => !isBlank(row);
  return rows.slice(Math.max(0, rows.findIndex(isFilled)), rows.findLastIndex(isFilled) + 1);
}

const isBlank = ({ cells }: Row): boolean => cells.every((cell) => cell === '');

/** Names of columns: a value that begins with a digit or a sign is a count, though a wrong one. */
const isHeader = ({ cells }: Row): boolean => cells.every((cell) => !/^([+-]|\.?\d)/.test(cell));

const countOf = ({ cells }: Row): number => Number(cells.at(-1) || NaN);

interface Wrong {
  line: number;
  what: string;
}

function wrongCounts(rows: readonly Row[]): Wrong[] {
  const [first] = rows;
  const columns = first?.cells.length ?? 0;
  const wrong = rows.flatMap((row): Wrong[] => {
    const { line, cells } = row;
    if (isBlank(row)) return [{ line, what: 'is blank, which would move all that follows. Nothing in a bin is a 0.' }];
    const count = countOf(row);
    const shown = `"${cells.join(',').slice(0, 40)}"`;
    if (!Number.isFinite(count) || count < 0)
      return [{ line, what: `${shown} is not a count. One count per line is expected.` }];
    // Else the last column of a torn line would be taken for its count.
    if (cells.length === columns) return [];
    return [{ line, what: `${shown} has ${plural(cells.length, 'column')}, and line ${first?.line} has ${columns}.` }];
  });
  if (wrong.length > 0 || !first || !areEpochTimes(rows)) return wrong;
  return [
    { line: first.line, what: `"${first.cells.at(-1)}" is a time. The last column has to be that of the counts.` },
  ];
}

/** Seconds or milliseconds since 1970 that rise with each line: counts of so many digits do not. */
const areEpochTimes = (rows: readonly Row[]): boolean =>
  rows.length > 1 &&
  rows.every((row, index) => {
    const before = rows[index - 1];
    return /^\d{10}(\d{3})?$/.test(row.cells.at(-1) ?? '') && (!before || countOf(row) > countOf(before));
  });

interface Time {
  seconds: number;
  /** Seconds up to which it is exact. */
  grain: number;
}

/** A time stamp: ISO 8601, a time of day, or seconds or milliseconds since 1970. */
function timeOf(cell: string): Time | undefined {
  if (/^\d{10}(\d{3})?$/.test(cell)) return { seconds: Number(cell.padEnd(13, '0')) / 1000, grain: 1 };
  const stamp = TIME_OF_DAY.test(cell) ? `1970-01-01T${cell.replace(/^\d:/, '0$&')}` : cell;
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(stamp)) return undefined;
  const zone = /(Z|[+-]\d{2}:?\d{2})$/.test(stamp) ? '' : 'Z';
  const seconds = Date.parse(stamp.replace(' ', 'T') + zone) / 1000;
  return Number.isFinite(seconds) ? { seconds, grain: /:\d{2}:\d{2}/.test(stamp) ? 1 : 60 } : undefined;
}

const TIME_OF_DAY = /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/** Where the first column of time stamps is not one bin after the other. */
function wrongTimes(rows: readonly Row[], binSeconds: number): Wrong[] {
  const column =
    rows[0]?.cells.slice(0, -1).findIndex((_, at) => rows.every(({ cells }) => timeOf(cells[at] ?? ''))) ?? -1;
  const wrong: Wrong[] = [];
  let [from, start, before] = [0, 0, 0];
  for (const [index, { line, cells }] of rows.entries()) {
    const cell = cells[column] ?? '';
    const time = timeOf(cell);
    if (!time) return [];
    // Times of day begin again at midnight.
    const days = TIME_OF_DAY.test(cell) ? Math.max(0, Math.ceil((before - time.seconds) / DAY)) : 0;
    const seconds = time.seconds + days * DAY;
    if (index === 0) start = seconds;
    if (Math.abs(seconds - start - (index - from) * binSeconds) >= time.grain) {
      const what = `is ${seconds - before} s after the line before by its time, and each count stands for ${binSeconds} s.`;
      wrong.push({ line, what });
      [from, start] = [index, seconds];
    }
    before = seconds;
  }
  return wrong;
}

function inLines(file: string, problems: readonly Wrong[]): string {
  const shown = problems.slice(0, MOST_SHOWN).map(({ line, what }) => `${file}, line ${line}: ${what}`);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${plural(more, 'more line')}`] : [])].join('\n');
}
