// The figures of a run as a table, with a word on what its comparisons mean.

import { PRICES_AS_OF } from '../../../shared/placement/prices.ts';
import type { Result } from './answer.ts';
import { LATE_SECONDS } from './record.ts';
import { countText, shareText, spanText, usdText } from './words.ts';

type Row = [label: string, value: string, alone?: string | undefined];

/** Lines of the table. `comparison`, where there is one, has a column of its own. */
export function summary({ figures, comparison }: Result, realSeconds: number): string[] {
  const since = (seconds: number | null): string => (seconds === null ? 'never' : spanText(seconds));
  const rows: Row[] = [
    ['', 'Spillway', comparison && 'scale set alone'],
    [
      `Waited longer than ${LATE_SECONDS} s`,
      shareText(figures.lateShare),
      comparison && shareText(comparison.lateShare),
    ],
    ['Longest wait', spanText(figures.longestWaitSeconds), comparison && spanText(comparison.longestWaitSeconds)],
    ['Cost', usdText(figures.costUsd), comparison && usdText(comparison.costUsd)],
    ['  against machines for the peak [1]', times(figures.costOverAllVm)],
    ['  against container groups alone [2]', times(figures.costOverAllAci)],
    ['From the spike [3] to the first accepted group', since(figures.secondsToFirstAccepted)],
    ['From the spike to the first group that serves', since(figures.secondsToFirstServing)],
    ['Most burst replicas', String(figures.peakBurstReplicas)],
    ['Most base replicas', String(figures.peakBaseReplicas)],
    ['Largest backlog', `${countText(figures.peakBacklog)} messages`],
    ['Container groups created', String(figures.groupsCreated)],
    ['  created twice', String(figures.groupsCreatedTwice)],
    ['  left over', String(figures.groupsLeftOver)],
    ...regions(figures.groupsByRegion),
    ['Messages sent', countText(figures.messagesSent)],
    ['  lost', countText(figures.messagesLost)],
    ['Simulated time', spanText(figures.simulatedSeconds)],
    ['  played in', spanText(realSeconds)],
  ];
  return [...aligned(rows), '', ...notes()];
}

const times = (ratio: number): string => `x ${ratio.toFixed(2)}`;

/** Only when there is more than one: a quota sent the rest elsewhere. */
function regions(groups: Record<string, number>): Row[] {
  const named = Object.entries(groups);
  return named.length < 2 ? [] : named.map(([region, count]) => [`  served from ${region}`, String(count)]);
}

function aligned(rows: Row[]): string[] {
  const [first, second] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([label, value, alone = '']) =>
    `${label.padEnd(first ?? 0)}  ${value.padEnd(second ?? 0)}  ${alone}`.trimEnd(),
  );
}

const notes = (): string[] => [
  '[1] a scale set sized for the highest load, all the time',
  '[2] container groups that follow the load exactly, without time to start',
  '[3] the moment messages began to wait for a free replica',
  `    Prices: East US, pay as you go, Linux, as of ${PRICES_AS_OF}.`,
];
