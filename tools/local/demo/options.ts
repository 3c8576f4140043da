// The options of the demo: what may be given, what is wrong with what was given, and the load that follows from it.

import { basename } from 'node:path';
import { Option } from 'commander';
import { newCommand, parseAll, positiveNumber, wholeNumber } from './command-line.ts';
import { scaledTo, spike, STEADY, type Load } from './load.ts';
import { rateFor } from './record.ts';
import type { Lifecycle } from './scene.ts';
import { readTrace } from './trace-file.ts';
import { UPGRADE_LOAD, UPGRADE_TITLE } from './upgrade.ts';

export interface DemoOptions {
  speed: number;
  lifecycle: Lifecycle;
  quota?: number | undefined;
  seed: number;
  trace?: string | undefined;
  binSeconds?: number | undefined;
  peak?: number | undefined;
  json?: string | undefined;
  plain?: boolean | undefined;
  compare: boolean;
  upgrade?: boolean | undefined;
}

/** A load, and what it is in words. */
export interface NamedLoad {
  load: Load;
  title: string;
}

const DEFAULT_PEAK = 45;

/** Throws commander's error, with a sentence for each option that is wrong. */
export function parseOptions(args: string[]): DemoOptions {
  const command = newCommand('npm run demo --')
    .description(
      'Plays a twenty-fold spike on this machine: Spillway with a local Azure, Service Bus and Functions host, ' +
        'on simulated time. Nothing reaches the cloud.',
    )
    .option('--speed <n>', 'simulated seconds per real second', positiveNumber, 20)
    .addOption(
      new Option('--lifecycle <how>', 'whether groups are created or only started for the burst')
        .choices(['create-delete', 'start-stop'])
        .default('create-delete'),
    )
    .option('--quota <n>', 'container groups that the first region allows; the rest goes to the second', wholeNumber(0))
    .option('--seed <n>', 'of all that is random: the same seed gives the same arrivals', wholeNumber(0), 1)
    .option('--trace <file>', 'replays a file of counts, one per line, instead of the spike')
    .option('--bin-seconds <n>', 'seconds that each count of the trace stands for', positiveNumber)
    .option(
      '--peak <replicas>',
      `scales the trace so that its highest rate needs this many replicas; 0 leaves it as it is (default: ${DEFAULT_PEAK})`,
      wholeNumber(0),
    )
    .option('--upgrade', 'a steady load, under which a bad release is rolled back and a good one rolled out')
    .option('--json <file>', 'writes all figures to a file')
    .option('--plain', 'plain lines instead of a picture; always so without a terminal')
    .option('--no-compare', 'skips the comparison with the scale set alone');
  return parseAll<DemoOptions>(command, args, ({ trace, binSeconds, peak, upgrade, quota, lifecycle }) => {
    const useless = trace === undefined ? givenOf({ 'bin-seconds': binSeconds, peak }) : [];
    const restarts = lifecycle === 'start-stop' ? true : undefined;
    const against = upgrade ? givenOf({ trace, quota, 'lifecycle start-stop': restarts }) : [];
    return [
      ...(trace !== undefined && binSeconds === undefined
        ? ['--trace needs --bin-seconds: the seconds that each of its counts stands for']
        : []),
      ...useless.map((name) => `--${name} says how to read a trace: it needs --trace`),
      ...against.map((name) => `--upgrade is a story of its own: it goes without --${name}`),
    ];
  });
}

const givenOf = (values: Record<string, unknown>): string[] =>
  Object.keys(values).filter((name) => values[name] !== undefined);

/** The load to play. Throws, with a sentence, when the trace cannot be read. */
export async function loadOf({ trace, binSeconds, peak = DEFAULT_PEAK, upgrade }: DemoOptions): Promise<NamedLoad> {
  if (upgrade) return { load: UPGRADE_LOAD, title: UPGRADE_TITLE };
  if (trace === undefined || binSeconds === undefined) {
    return { load: spike(STEADY), title: 'a steady load grows twentyfold for five minutes' };
  }
  const counts = await readTrace(trace, binSeconds);
  const length = `${basename(trace)}, ${counts.rates.length} counts of ${binSeconds} s`;
  if (peak === 0) return { load: counts, title: `${length}, not scaled` };
  return { load: scaledTo(counts, rateFor(peak)), title: `${length}, scaled: its highest rate needs ${peak} replicas` };
}
