// What stays of a run when it is over: its answer, its table, what to try next, and a file of all figures for programs.

import { answer, failures, type Result } from './answer.ts';
import type { DemoOptions } from './options.ts';
import { summary } from './summary.ts';
import { wrap } from './words.ts';

/** Lines for a person. */
export function report(result: Result, realSeconds: number, options: DemoOptions, width: number): string[] {
  return [...wrap(answer(result).join(' '), width), '', ...summary(result, realSeconds), '', ...suggestions(options)];
}

/** All figures as one flat object; null stands for what did not happen or was not asked for. */
export function figuresFile(result: Result, realSeconds: number, title: string, options: DemoOptions): object {
  const { figures, complete, comparison, upgrade } = result;
  const { seed, speed, lifecycle, quota = null } = options;
  return {
    load: title,
    seed,
    speed,
    lifecycle,
    quota,
    complete,
    failures: failures(result),
    ...figures,
    ...upgrade,
    lateShareWithoutBurst: comparison?.lateShare ?? null,
    longestWaitSecondsWithoutBurst: comparison?.longestWaitSeconds ?? null,
    costUsdWithoutBurst: comparison?.costUsd ?? null,
    realSeconds,
  };
}

/** What was not tried in this run; lines of less than 80 columns. */
function suggestions({ quota, lifecycle, trace, upgrade }: DemoOptions): string[] {
  const tries: [wanted: boolean, command: string, what: string][] = [
    [quota === undefined, 'npm run demo -- --quota 10', 'the first region is full'],
    [lifecycle === 'create-delete', 'npm run demo -- --lifecycle start-stop', 'groups are only started'],
    [!upgrade, 'npm run demo -- --upgrade', 'a bad release, and a good one'],
    [trace === undefined, 'npm run demo -- --trace FILE --bin-seconds 60', 'your own load'],
    [true, 'npm start', 'the stack, to play with'],
    [true, 'docs/settings.md', 'all that can be set'],
  ];
  const shown = tries.filter(([wanted]) => wanted);
  const longest = Math.max(...shown.map(([, command]) => command.length));
  return ['Next:', ...shown.map(([, command, what]) => `  ${command.padEnd(longest)}  ${what}`)];
}
