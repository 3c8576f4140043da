// The options of npm run backtest, and all that is wrong with them in one message.

import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import { newCommand, parseAll, positiveNumber, wholeNumber } from '../local/demo/command-line.ts';
import { nearest } from '../../shared/workload/nearest.ts';
import { MOST_DAYS } from './from-azure.ts';
import { POLICY_NAMES } from './policies/policies.ts';
import { SERVED } from './tune.ts';
import { QUOTA } from './world/groups.ts';

export interface Options {
  trace?: string;
  binSeconds?: number;
  fromAzure?: string;
  days: number;
  workload?: string;
  set: Record<string, string>;
  policies: string[];
  pool?: number;
  peak?: number;
  seeds: number;
  late: number;
  tune: boolean;
  recommend: boolean;
  json?: string;
  html?: string;
}

const DEFAULT_PEAK = 60;

/** Throws commander's error, with a sentence, when an option is wrong. */
export function parseOptions(args: string[]): Options {
  const command = newCommand('npm run backtest --')
    .description('Replays a trace through Spillway and its peers: late tasks, waits, cost, and what to set.')
    .option('--trace <file>', 'one count per line, of several columns the last; a header line may be there')
    .option('--bin-seconds <n>', 'seconds that each count stands for', positiveNumber)
    .option('--from-azure <workload>', 'the arrivals of a deployed workload instead, by the app settings of this shell')
    .option('--days <n>', 'days to read from Azure', wholeNumber(1, MOST_DAYS), 7)
    .option('--workload <file>', 'a file of workloads/ instead of the built-in one')
    .addOption(
      new Option('--set <NAME=value>', 'an app setting that holds instead of its default; may be repeated')
        .argParser(addSetting)
        .default({}, 'none'),
    )
    .option('--pool <n>', "groups that the workload's standby pool keeps ready", wholeNumber(1, QUOTA.groups))
    .addOption(
      new Option('--policies <names>', `all, or some of: ${POLICY_NAMES.join(', ')}`)
        .argParser(policyList)
        .default([...POLICY_NAMES], 'all'),
    )
    .option(
      '--peak <replicas>',
      `scales the trace so that its highest count needs this many replicas; 0 leaves it as it is (default: ${DEFAULT_PEAK} for a file, 0 for Azure)`,
      wholeNumber(0, 1000),
    )
    .option('--seeds <n>', 'runs of each policy, of which means are shown', wholeNumber(1, 100), 3)
    .option(
      '--late <percent>',
      'of the tasks that may be late: knobs are turned for the least cost at that',
      percent,
      SERVED,
    )
    .option('--no-tune', 'leaves out turning the knobs of the peers')
    .option('--no-recommend', 'leaves out the search for better settings')
    .option('--json <file>', 'writes all figures to a file')
    .option('--html <file>', 'writes a report with charts, one file that needs nothing else');
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  return parseAll<Options>(command, args, ({ trace, fromAzure, binSeconds }) => [
    ...((trace === undefined) === (fromAzure === undefined)
      ? ['give either --trace, a file of counts, or --from-azure, the name of a deployed workload']
      : []),
    ...(trace !== undefined && binSeconds === undefined
      ? ['--trace needs --bin-seconds: the seconds that each of its counts stands for']
      : []),
    ...(trace === undefined && isGiven('binSeconds') ? ['--bin-seconds says how to read a --trace: it needs one'] : []),
    ...(fromAzure === undefined && isGiven('days') ? ['--days is how much to read --from-azure: it needs that'] : []),
  ]);
}

/** Replicas that the highest count shall need; undefined: as it is. */
export const wishedPeak = ({ peak, trace }: Options): number | undefined =>
  (peak ?? (trace === undefined ? 0 : DEFAULT_PEAK)) || undefined;

function policyList(text: string): string[] {
  if (text === 'all') return [...POLICY_NAMES];
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.filter((name) => !POLICY_NAMES.includes(name));
  if (wrong.length === 0) return [...new Set(names)];
  const sentences = wrong.map((name) => {
    const meant = nearest(name, POLICY_NAMES) ?? POLICY_NAMES.find((known) => name !== '' && known.startsWith(name));
    return `There is no policy "${name}".${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
  });
  throw new InvalidArgumentError(`${sentences.join(' ')} Policies: ${POLICY_NAMES.join(', ')}.`);
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('A number from 0 to 100 is expected.');
}

function addSetting(text: string, before: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError('NAME=value is expected, for example SPILLWAY_TARGET_UTILIZATION=0.9.');
}

/** The text of a workload file; throws with one sentence when it cannot be read. */
export async function workloadText(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new Error(`The workload file ${file} cannot be read: ${why}.`);
  });
}
