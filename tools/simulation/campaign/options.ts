import { InvalidArgumentError } from 'commander';
import { newCommand, positiveNumber, wholeNumber } from '../../local/demo/command-line.ts';
import { ALL_KINDS, FAULT_KINDS, type FaultKind } from '../faults/kinds.ts';
import { QUIET_HOURS } from '../world/simulation.ts';

export interface CampaignOptions {
  seeds: number;
  first: number;
  hours: number;
  /** Worlds with releases, in place of `seeds`. */
  rollouts?: number | undefined;
  faults: FaultKind[];
  json?: string | undefined;
  replay?: number | undefined;
}

/** Throws commander's error, with a sentence, when an option is wrong. */
export function parseOptions(args: string[]): CampaignOptions {
  const command = newCommand('npm run simulate --')
    .description(
      'Runs the real controller and planner against the model of the local Azure, one small world for each seed, while ' +
        'faults strike at every call, and holds the promises of the design against what is true. Every run ends with ' +
        `${QUIET_HOURS} quiet hours. The faults are:\n\n` +
        Object.entries(FAULT_KINDS)
          .map(([kind, { says }]) => `  ${kind.padEnd(18)} ${says}`)
          .join('\n'),
    )
    .option('--seeds <n>', 'how many worlds', wholeNumber(1), 200)
    .option('--first <seed>', 'the first of them', wholeNumber(0), 1)
    .option(
      '--rollouts <n>',
      'so many worlds in which workloads are released over and over, good and bad',
      wholeNumber(1),
    )
    .option('--hours <h>', 'simulated hours of each, the quiet ones included', hours, 6)
    .option('--faults <kinds>', 'all, none, or kinds with commas between them', faultKinds, ALL_KINDS)
    .option('--json <file>', 'writes the outcome to a file')
    .option('--replay <seed>', 'tells the whole story of one seed, the same each time', wholeNumber(0));
  command.parse(args, { from: 'user' });
  return command.opts<CampaignOptions>();
}

function hours(text: string): number {
  const value = positiveNumber(text);
  if (value >= QUIET_HOURS + 0.5) return value;
  throw new InvalidArgumentError(`At least ${QUIET_HOURS + 0.5}: the last ${QUIET_HOURS} are quiet.`);
}

function faultKinds(text: string): FaultKind[] {
  if (text === 'all') return ALL_KINDS;
  if (text === 'none') return [];
  const kinds = text.split(',');
  const unknown = kinds.find((kind) => !(kind in FAULT_KINDS));
  if (unknown === undefined) return kinds as FaultKind[];
  throw new InvalidArgumentError(`There is no fault ${unknown}. Allowed: all, none, ${ALL_KINDS.join(', ')}.`);
}
