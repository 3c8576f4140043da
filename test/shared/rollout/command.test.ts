import { describe, expect, it } from 'vitest';
import { command, type Command } from '../../../shared/rollout/command.ts';
import { firstRecord, type RolloutRecord } from '../../../shared/rollout/record.ts';
import { workloadOf } from '../../support/workload-of.ts';

const NEW = 'ffff0001';
const good = workloadOf();
const settled: RolloutRecord = { ...firstRecord(good), proven: true };
const rolling: RolloutRecord = {
  ...settled,
  specs: { ...settled.specs, [NEW]: good.spec },
  underway: { revision: NEW, startedAt: 0, step: 0, stepAt: 0, crashes: 0, restarts: {} },
};
const done: RolloutRecord = { ...rolling, good: NEW, before: good.revision, underway: undefined };

function ask(record: RolloutRecord, what: Command, revision = NEW) {
  const outcome = command(record, { name: 'orders', revision }, { what, author: 'kim' }, 1);
  return 'refused' in outcome ? outcome : { ...outcome.record, message: outcome.message };
}

describe('an operator', () => {
  it('pauses and resumes', () => {
    const paused = ask(rolling, 'pause') as RolloutRecord;
    expect(paused.paused).toEqual({ author: 'kim', at: 1 });
    expect((ask(paused, 'resume') as RolloutRecord).paused).toBeUndefined();
  });

  it.each(['abort', 'roll-back'] as const)('ends a rollout by %s, for good', (what) => {
    const ended = ask(rolling, what) as RolloutRecord;
    expect(ended).toMatchObject({ good: good.revision, quarantine: [{ revision: NEW }] });
    expect(ended.underway).toBeUndefined();
    expect(Object.keys(ended.specs)).toEqual([good.revision]);
  });

  it('rolls back to the good revision before, when none is under way', () => {
    expect(ask(done, 'roll-back')).toMatchObject({ good: good.revision, quarantine: [{ revision: NEW }] });
  });

  it('has a revision in quarantine tried once more', () => {
    const ended = ask(rolling, 'abort') as RolloutRecord;
    expect((ask(ended, 'resume') as RolloutRecord).quarantine).toEqual([]);
  });

  it('approves the step that waits, and none that is not watched yet', () => {
    const watched = { ...rolling, underway: rolling.underway && { ...rolling.underway, bakeFrom: 0 } };
    expect((ask(watched, 'approve') as RolloutRecord).underway?.approved).toBe(0);
    expect(ask(rolling, 'approve')).toHaveProperty('refused');
  });

  it.each(['abort', 'approve', 'resume', 'roll-back'] as const)('is refused %s where it means nothing', (what) => {
    expect(ask(settled, what, good.revision)).toHaveProperty('refused');
  });
});
