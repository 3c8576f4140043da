import { describe, expect, it } from 'vitest';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { BurstGroup } from '../../../shared/health/fleet.ts';
import { firstRecord, type RolloutRecord } from '../../../shared/rollout/record.ts';
import { replaceBurst } from '../../../shared/rollout/replace.ts';
import { inputOf, NOW } from '../../support/observation-of.ts';
import { OWNER, workloadOf } from '../../support/workload-of.ts';

const GOOD = workloadOf().revision;
const BAD = 'bad00000';

const group = (ordinal: number, revision: string, changes: Partial<BurstGroup> = {}): BurstGroup => ({
  name: `g-${ordinal}`,
  ordinal,
  location: 'westeurope',
  revision,
  health: 'serving',
  since: NOW - 60_000,
  fresh: true,
  looked: true,
  tags: { [TAGS.owner]: OWNER, [TAGS.revision]: revision },
  detail: '',
  ...changes,
});

const groups = (count: number, from: number, revision: string, changes: Partial<BurstGroup> = {}): BurstGroup[] =>
  Array.from({ length: count }, (_, index) => group(from + index, revision, changes));

const backTo: RolloutRecord = {
  ...firstRecord(workloadOf()),
  proven: true,
  quarantine: [{ revision: BAD, at: NOW - 10_000, why: 'its containers ended 2 times' }],
};

/** What becomes of these groups while five of the good revision are wanted. */
function replaced(all: BurstGroup[], unavailable = 0, heldIn?: string) {
  const mix = { wishes: [{ revision: GOOD, groups: 5, most: Infinity }], groups: 5, surge: 1, unavailable };
  const replacing = { record: backTo, mix };
  return replaceBurst(inputOf(), all, [], { groups: 5, most: 40 }, replacing, { in: heldIn });
}

/** Names of those that drain. */
function drained(all: BurstGroup[], unavailable = 0): string[] {
  const { actions } = replaced(all, unavailable);
  return actions.flatMap((action) => (action.kind === 'drain-group' ? [action.name] : []));
}

describe('of a revision that is rolled back, while too few others serve,', () => {
  const few = groups(3, 1, GOOD);

  it('a group that serves stays', () => {
    expect(drained([...few, group(9, BAD)])).toEqual([]);
  });

  it('a group that runs stays until its probe was answered: it may serve already', () => {
    const warming = { health: 'starting', state: 'warming' } as const;
    expect(drained([...few, group(9, BAD, { ...warming, unprobed: true })])).toEqual([]);
    expect(drained([...few, group(9, BAD, { ...warming, unprobed: false })])).toEqual(['g-9']);
  });

  it('a group that Azure is about to end stays until it does', () => {
    expect(drained([...few, group(9, BAD, { health: 'unready', state: 'leaving' })])).toEqual([]);
  });

  it('a group that starts or crashes goes at once', () => {
    const all = [...few, group(8, BAD, { health: 'starting', state: 'pulling' }), group(9, BAD, { health: 'unready' })];
    expect(drained(all)).toEqual(['g-8', 'g-9']);
  });
});

it('a group of an earlier revision that does not serve goes at once, although it was good', () => {
  const old = [group(8, 'old00000', { health: 'unready' }), group(9, 'old00000', { health: 'starting' })];
  expect(drained([...groups(3, 1, GOOD), ...old])).toEqual(['g-8']);
});

it('the reason names those that stay, and nobody who goes', () => {
  const all = [...groups(3, 1, GOOD), group(8, BAD), group(9, BAD, { health: 'unready' })];
  const kept = replaced(all).reasons.find(({ code }) => code === 'rollout-keeps');
  expect(kept?.values).toMatchObject({ count: 1, names: 'g-8' });
});

describe('of a revision that is rolled back, groups that serve go', () => {
  it('as many as serve beyond what is wanted', () => {
    expect(drained([...groups(4, 1, GOOD), ...groups(3, 7, BAD)])).toHaveLength(2);
  });

  it('and as many as may be unavailable on top', () => {
    expect(drained([...groups(4, 1, GOOD), ...groups(3, 7, BAD)], 1)).toHaveLength(3);
  });
});

it('who leaves discovery to make room goes on leaving while scaling in is held for a moment, and nobody else begins', () => {
  const leaving = group(8, BAD, { leaving: true });
  const { actions, waits } = replaced([...groups(4, 1, GOOD), group(7, BAD), leaving], 1, 'a sudden zero');
  expect(actions).toEqual([]);
  expect(waits).toEqual(['g-8']);
  expect(replaced([...groups(2, 1, GOOD), leaving], 0, 'a sudden zero').waits).toEqual([]);
});
