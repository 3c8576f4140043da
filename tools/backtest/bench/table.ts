// The tables of the benchmark as plain text.

import { COLUMNS } from '../columns.ts';
import type { Backtest, PolicyReport } from '../report.ts';
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

export const verdictRow = ({ trace, ours, rival, clairvoyant }: TraceVerdict): Record<string, string> => ({
  trace,
  'mean replicas': figure(ours.meanReplicas, 1),
  'late %': figure(ours.whole.latePercent, 4),
  'cost USD': figure(ours.whole.cost),
  'over limit': figure(ours.whole.costOverLimit),
  'changes/h': figure(ours.whole.changesPerHour, 0),
  'actions/h': figure(ours.whole.actionsPerHour, 0),
  'best peer': rival ? `${rival.name} (${rival.table})` : 'none serves',
  'peer cost USD': rival ? figure(rival.cost) : '-',
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

/** The tables of one trace: the second where knobs were turned. */
export function bothTables({ policies, tuned }: Pick<Backtest, 'policies' | 'tuned'>): string[] {
  const lines = ['At the defaults, the whole trace:', ...table(policies.map(policyRow))];
  if (tuned.length === 0) return lines;
  return [...lines, '', 'Peers with knobs turned on the first half, the second half:', ...table(tuned.map(policyRow))];
}

const policyRow = (policy: PolicyReport): Record<string, string> => ({
  policy: policy.name,
  ...Object.fromEntries(COLUMNS.map(({ title, cell }) => [title, cell(policy)])),
});
