// The options of npm run bench:policies.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { SETTINGS } from '../../../shared/settings/table.ts';
import { nearest } from '../../../shared/workload/nearest.ts';
import { newCommand, parseAll, wholeNumber } from '../../local/demo/command-line.ts';

export interface Options {
  seeds: number;
  traces?: string;
  only?: string;
  oursOnly?: true;
  peers: string;
  set: Record<string, string>;
  json?: string;
  quiet?: true;
  check?: true;
}

export function optionsOf(args: string[]): Options {
  const command = newCommand('npm run bench:policies --')
    .description('Plays all traces with Spillway, its peers and a clairvoyant, and says which bounds hold.')
    .option('--seeds <n>', 'runs of each policy and trace', wholeNumber(1, 100), 5)
    .option(
      '--traces <folder>',
      'files named <name>.<seconds per count>s.csv (default: ../shared/traces, or else a built-in set)',
    )
    .option('--only <text>', 'only traces whose name contains this')
    .option('--peers <file>', 'where results of the peers are kept', join(tmpdir(), 'spillway-bench-peers.json'))
    .option('--ours-only', 'takes the peers from that file, as far as it has them of the same load and seeds')
    .addOption(
      new Option('--set <NAME=value...>', 'app settings that hold instead of the defaults, to try them')
        .argParser(setting)
        .default({}, 'none'),
    )
    .option('--json <file>', 'writes all figures to a file')
    .option('--quiet', 'without the two tables of each trace')
    .option('--check', 'ends with 1 when a bound is broken');
  return parseAll(command, args);
}

/** An unknown name is refused: what nobody reads would show the figures of the defaults. */
function setting(pair: string, before: Record<string, string>): Record<string, string> {
  const [name = '', ...value] = pair.split('=');
  const names = SETTINGS.flatMap((each) => (each.scope === 'workload' ? [each.name] : []));
  if (names.includes(name) && value.length > 0) return { ...before, [name]: value.join('=') };
  const like = nearest(name, names);
  const instead = like === undefined ? '' : ` Did you mean ${like}?`;
  throw new InvalidArgumentError(`It takes NAME=value with the name of a workload's app setting.${instead}`);
}
