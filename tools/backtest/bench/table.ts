// The tables of the benchmark as plain text.

import type { Compared, Figures } from '../compare.ts';
import type { Part } from '../score.ts';
import type { Bound, TraceVerdict } from './verdict.ts';

/** Columns by title, each padded to the widest of its cells. */
export function table(rows: Record<string, string>[]): string[] {
  const titles = Object.keys(rows[0] ?? {});
  const width = (title: string): number => Math.max(title.length, ...rows.map((row) => row[title]?.length ?? 0));
  const line = (cells: Record<string, string>): string =>
    titles
      .map((title, index) => {
        const cell = cells[title] ?? '';
        return index === 0 ? cell.padEnd(width(title)) : cell.padStart(width(title));
      })
      .join('  ');
  return [line(Object.fromEntries(titles.map((title) => [title, title]))), ...rows.map(line)];
}

const figure = (value: number, digits = 2): string => value.toFixed(digits);
export const knobsText = (knobs: Record<string, number>): string =>
  Object.entries(knobs)
    .map(([knob, value]) => `${knob} ${value}`)
    .join(', ');

export const verdictRow = ({ trace, ours, rival, clairvoyant }: TraceVerdict): Record<string, string> => ({
  trace,
  mean: figure(ours.meanReplicas, 1),
  'late %': figure(ours.whole.latePercent, 4),
  cost: figure(ours.whole.cost),
  'over limit': figure(ours.whole.costOverLimit),
  'changes/h': figure(ours.whole.changesPerHour, 0),
  'best peer': rival ? `${rival.name} (${rival.table})` : 'none serves',
  'peer cost': rival ? figure(rival.cost) : '-',
  ratio: rival ? figure(rival.ratio) : '-',
  'best possible': rival?.clairvoyant === undefined ? '-' : figure(rival.clairvoyant),
  'clairvoyant over limit': clairvoyant ? figure(clairvoyant.whole.costOverLimit) : '-',
  'its late %': clairvoyant ? figure(clairvoyant.whole.latePercent, 4) : '-',
});

export function boundLine({ what, limit, worst, at, outOfReach, holds }: Bound): string {
  const where = at === undefined ? '' : ` (worst on ${at})`;
  const beyond = outOfReach.map(({ trace, value }) => `${trace} (${figure(value)})`).join(', ');
  const proof = beyond === '' ? '' : `; out of reach for the clairvoyant, too, on ${beyond}`;
  if (worst === undefined) return `not judged  ${what}, at most ${limit}: there is no trace to judge it by${proof}`;
  return `${holds ? 'holds' : 'BROKEN'}  ${what}: ${figure(worst, 4)}, at most ${limit}${where}${proof}`;
}

/** One table of a trace: everybody's figures, at the defaults on the whole trace or tuned on its second half. */
export const policyRow = ({ name, knobs }: Figures, part: Part): Record<string, string> => ({
  policy: name,
  'late %': figure(part.latePercent, 3),
  p50: figure(part.p50, 0),
  p95: figure(part.p95, 0),
  p99: figure(part.p99, 0),
  cost: figure(part.cost),
  'over limit': figure(part.costOverLimit),
  'changes/h': figure(part.changesPerHour, 0),
  peak: figure(part.peakReplicas, 0),
  knobs: knobsText(knobs),
});

/** Both tables of one trace. */
export function bothTables(all: readonly Compared[]): string[] {
  const tuned = all.map(({ defaults, tuned: found }) => found ?? defaults);
  return [
    'At the defaults, the whole trace:',
    ...table(all.map(({ defaults }) => policyRow(defaults, defaults.whole))),
    '',
    'Peers with knobs turned on the first half, the second half:',
    ...table(tuned.map((figures) => policyRow(figures, figures.secondHalf))),
  ];
}
