// Where traces come from: a file of counts, a folder of them named <name>.<seconds>s.csv, or the built-in set, which is
// seeded and stands in where no recorded traces are at hand.

import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { allOf } from '../local/demo/command-line.ts';
import { readTrace } from '../local/demo/trace-file.ts';
import { seeded } from '../local/random.ts';
import type { Trace } from './trace.ts';

/** Each second is kept, some hundred bytes in each run. */
const MOST_DAYS = 100;

/** A trace from a file of one count a line. Throws with one sentence when it cannot be read. */
export async function traceFrom(file: string, binSeconds: number): Promise<Trace> {
  const { rates } = await readTrace(file, binSeconds);
  const seconds = rates.length * binSeconds;
  if (seconds < 60 || seconds > MOST_DAYS * 86_400) {
    throw new Error(
      `${file} holds ${rates.length} counts of ${binSeconds} s (--bin-seconds), and a minute to ${MOST_DAYS} days can be played.`,
    );
  }
  return {
    name: basename(file).replace(/(\.\d+s)?\.csv$/, ''),
    binSeconds,
    counts: rates.map((rate) => rate * binSeconds),
  };
}

/** All traces of a folder, by name; undefined where there is no such folder or nothing in it. */
export async function tracesIn(folder: string): Promise<Trace[] | undefined> {
  const files = await readdir(folder).catch(() => []);
  const named = files
    .toSorted((a, b) => a.localeCompare(b))
    .flatMap((file) => {
      const seconds = /\.(\d+)s\.csv$/.exec(file)?.[1];
      return seconds === undefined ? [] : [{ file, seconds: Number(seconds) }];
    });
  if (named.length === 0) return undefined;
  return allOf(named.map(({ file, seconds }) => traceFrom(join(folder, file), seconds)));
}

const MINUTES = 720;
const fill = (count: (minute: number) => number): number[] =>
  Array.from({ length: MINUTES }, (_, minute) => Math.max(0, Math.round(count(minute))));

/** Half days of a minute's grain: a smooth day, noise, a flash crowd with its decay, batches from nothing, a flat load. */
export function builtInTraces(): Trace[] {
  const random = seeded(42);
  const day = (minute: number): number => 600 + 450 * Math.sin((2 * Math.PI * minute) / MINUTES);
  const shapes: Record<string, number[]> = {
    'built-in-day': fill((minute) => day(minute) * (0.95 + 0.1 * random.next())),
    'built-in-noise': fill(() => 200 + 300 * random.next() + (random.next() < 0.01 ? 600 : 0)),
    'built-in-flash': fill((minute) => 60 + (minute < 360 ? 0 : 3000 * Math.exp(-(minute - 360) / 40))),
    'built-in-batches': fill((minute) => (minute % 120 < 4 ? 900 : 0)),
    'built-in-flat': fill(() => 500 + 20 * random.next()),
  };
  return Object.entries(shapes).map(([name, counts]) => ({ name, binSeconds: 60, counts }));
}
