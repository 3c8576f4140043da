// What an operator may ask of a rollout, and what becomes of the record by it:
//
//   pause      no step is taken and nothing is replaced any further; what loses its place is made up for as it was
//   resume     ends the pause; a declared revision in quarantine is tried once more
//   abort      ends the rollout under way: back to the good revision, the new one goes into quarantine
//   roll-back  the same; with none under way, back to the good revision before the present one
//   approve    lets the rollout take the step that waits for it, or will when it was watched for long enough
//
// A command that makes no sense now is refused with a sentence and changes nothing.

import type { Workload } from '../workload/workload.ts';
import { quarantined } from './advance.ts';
import { isQuarantined, tidied, type RolloutRecord } from './record.ts';

export const COMMANDS = ['pause', 'resume', 'abort', 'roll-back', 'approve'] as const;
export type Command = (typeof COMMANDS)[number];

export type Commanded = { record: RolloutRecord; message: string } | { refused: string };

export function command(
  record: RolloutRecord,
  { name, revision }: Pick<Workload, 'name' | 'revision'>,
  { what, author }: { what: Command; author: string },
  at: number,
): Commanded {
  const { underway, good, before } = record;
  const none = { refused: `No rollout of ${name} is under way; ${good} is good.` };
  switch (what) {
    case 'pause':
      return { record: { ...record, paused: { author, at } }, message: `Rollouts of ${name} are paused by ${author}.` };
    case 'resume':
      return resumed(record, name, revision);
    case 'abort':
      return underway ? ended(record, underway.revision, `${author} aborted it`, at) : none;
    case 'roll-back':
      if (underway) return ended(record, underway.revision, `${author} rolled it back`, at);
      if (before === undefined || !(before in record.specs))
        return { refused: `No good revision of ${name} before ${good} is known.` };
      return ended({ ...record, good: before, before: undefined }, good, `${author} rolled it back`, at);
    case 'approve':
      if (!underway) return none;
      // Said twice, it must not approve the step after that as well.
      if (underway.bakeFrom === undefined)
        return { refused: `Step ${underway.step + 1} of ${underway.revision} is not watched yet: look at it first.` };
      return {
        record: { ...record, underway: { ...underway, approved: underway.step } },
        message: `Step ${underway.step + 1} of ${underway.revision} is approved by ${author}.`,
      };
  }
}

function resumed(record: RolloutRecord, name: string, declared: string): Commanded {
  const { paused, quarantine, ...rest } = record;
  const held = isQuarantined(record, declared) && declared !== record.good;
  if (!paused && !held) return { refused: `Nothing of ${name} is paused, and what is declared is not in quarantine.` };
  const left = quarantine.filter(({ revision }) => revision !== declared);
  return {
    record: { ...rest, quarantine: left },
    message: held ? `${declared} of ${name} is tried once more.` : `Rollouts of ${name} go on.`,
  };
}

function ended(record: RolloutRecord, revision: string, why: string, at: number): Commanded {
  const next = tidied(quarantined(record, revision, why, at));
  return { record: next, message: `${revision} gives way to ${next.good}: ${why}.` };
}
