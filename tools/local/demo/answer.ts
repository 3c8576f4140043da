// What a run of the demo says, in words: how well Spillway did, against the scale set alone, and what went wrong.

import { LATE_SECONDS, type Figures } from './record.ts';
import { upgradeFailures, type UpgradeFigures } from './upgrade.ts';
import { countText, plural, shareText, spanText, usdText } from './words.ts';

/** The same load and seed with the scale set alone. */
export type Comparison = Pick<Figures, 'lateShare' | 'longestWaitSeconds' | 'costUsd'>;

export interface Result {
  figures: Figures;
  complete: boolean;
  comparison?: Comparison | undefined;
  /** Of a run with releases. */
  upgrade?: UpgradeFigures | undefined;
}

/** Sentences for a person who has seen nothing else. */
export function answer(result: Result): string[] {
  const wrong = failures(result);
  const kept = wrong.length === 0 ? ['No message was lost and nothing is left running.'] : wrong;
  return [waits(result), cost(result), ...releases(result), ...kept];
}

/** Why a run is not a success; empty when it is one. */
export function failures({ figures, complete, upgrade }: Omit<Result, 'comparison'>): string[] {
  const { messagesLost, groupsLeftOver, groupsCreatedTwice, simulatedSeconds } = figures;
  const lost = `Never worked off: ${plural(messagesLost, 'message')} of ${countText(figures.messagesSent)}.`;
  return [
    ...(complete ? [] : [`The story did not come to its end within ${spanText(simulatedSeconds)} of simulated time.`]),
    ...(upgrade ? upgradeFailures(upgrade) : []),
    ...(messagesLost > 0 ? [lost] : []),
    ...(groupsLeftOver > 0 ? [`Not given back: ${plural(groupsLeftOver, 'container group')}.`] : []),
    ...(groupsCreatedTwice > 0 ? [`Paid for twice: ${plural(groupsCreatedTwice, 'container group')}.`] : []),
  ];
}

function releases({ upgrade }: Result): string[] {
  if (!upgrade) return [];
  const { secondsToRollBack, mostBadGroups, secondsToUpgrade, leastReplicas, replicasNeeded } = upgrade;
  const said: string[] = [];
  if (secondsToRollBack !== null)
    said.push(
      `The bad release never had more than ${plural(mostBadGroups, 'group')} and was rolled back after ${spanText(secondsToRollBack)}.`,
    );
  if (secondsToUpgrade !== null)
    said.push(`The good one ran everywhere, base and burst, after ${spanText(secondsToUpgrade)}.`);
  return [...said, `Meanwhile at least ${leastReplicas} replicas served; the load needs ${replicasNeeded}.`];
}

/** One just above the limit must not be rounded to it. */
const longestText = (seconds: number): string =>
  seconds > LATE_SECONDS && Math.round(seconds) === LATE_SECONDS
    ? `${Math.ceil(seconds * 10) / 10} s`
    : spanText(seconds);

function waits({ figures, comparison }: Result): string {
  const { lateShare, longestWaitSeconds } = figures;
  const own = `With Spillway ${shareText(lateShare)} of the messages waited longer than ${LATE_SECONDS} s (longest ${longestText(longestWaitSeconds)})`;
  if (!comparison) return `${own}.`;
  const alone = `it would have been ${shareText(comparison.lateShare)} (longest ${spanText(comparison.longestWaitSeconds)})`;
  return `${own}; with the scale set alone ${alone}.`;
}

function cost({ figures, comparison }: Result): string {
  const { costUsd } = figures;
  if (!comparison) return `It cost ${usdText(costUsd)}.`;
  const cents = Math.round((costUsd - comparison.costUsd) * 100);
  const against = cents === 0 ? 'as much as' : `${usdText(Math.abs(cents) / 100)} ${cents > 0 ? 'more' : 'less'} than`;
  return `It cost ${usdText(costUsd)}, ${against} the scale set alone.`;
}
