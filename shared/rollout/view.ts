import type { Workload } from '../workload/workload.ts';
import type { RolloutRecord } from './record.ts';
import { notRolled, stepsOf } from './settings.ts';

/** What the status shows of a workload's revisions; `iso` writes a time. */
export function rolloutView(workload: Workload, record: RolloutRecord | undefined, iso: (time: number) => string) {
  const never = notRolled(workload);
  if (never !== undefined) return { off: `Nothing is rolled out: ${never}.` };
  if (!record) return { declared: workload.revision };
  const { good, before, underway, quarantine, paused } = record;
  const steps = stepsOf(workload);
  return {
    declared: workload.revision,
    good,
    before,
    underway: underway && {
      revision: underway.revision,
      since: iso(underway.startedAt),
      step: `${Math.min(underway.step, steps.length - 1) + 1} of ${steps.length}`,
      sharePercent: (steps[underway.step] ?? steps.at(-1))?.share,
      crashes: underway.crashes,
    },
    quarantine: quarantine.map(({ revision, at, why }) => ({ revision, since: iso(at), why })),
    paused: paused && { author: paused.author, since: iso(paused.at) },
  };
}
