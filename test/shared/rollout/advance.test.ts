import { describe, expect, it } from 'vitest';
import type { PlanInput } from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { Group } from '../../../shared/ports/container-groups.ts';
import { firstRecord, type RolloutRecord } from '../../../shared/rollout/record.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import { groupOf, inputOf, NOW, observationOf, scaleSetOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const GOOD = workloadOf().revision;
const NEW = 'ffff0001';
const WANTED = 8;

const released: Workload = {
  ...workloadOf({ base: { mode: 'none' }, burst: { minGroups: WANTED } }),
  revision: NEW,
  spec: { ...workloadOf().spec, image: 'contoso.azurecr.io/orders:2' },
};

const proven: RolloutRecord = { ...firstRecord(workloadOf()), proven: true };
const underway = (changes: Partial<NonNullable<RolloutRecord['underway']>> = {}): RolloutRecord => ({
  ...proven,
  specs: { ...proven.specs, [NEW]: released.spec },
  underway: { revision: NEW, startedAt: NOW, step: 0, stepAt: NOW, crashes: 0, restarts: {}, ...changes },
});

const of = (revision: string, ordinal: number, changes: Partial<Group> = {}): Group =>
  groupOf(ordinal, { tags: { ...groupOf(ordinal).tags, [TAGS.revision]: revision }, ...changes });
const groups = (revision: string, from: number, count: number): Group[] =>
  Array.from({ length: count }, (_, index) => of(revision, from + index));

/** A plan in which eight replicas are wanted, with these groups serving and this record. */
function decide(all: Group[], record: RolloutRecord | null, changes: Partial<PlanInput> = {}) {
  const seen = Object.fromEntries(
    all.map(({ name }) => [name, { health: 'serving' as const, at: NOW, since: NOW - 600_000 }]),
  );
  const history = Array.from({ length: 60 }, (_, index): [number, number] => [NOW - 300_000 + index * 5_000, 0]);
  const input = inputOf({
    workload: released,
    observation: observationOf({
      ...showing(all),
      base: undefined,
      queue: { status: 'read', value: { active: 1, deadLetter: 0, scheduled: 0 }, at: NOW },
      rollout: { status: 'read', value: record, at: NOW },
    }),
    state: stateOf({ wanted: history, seen }),
    ...changes,
  });
  const output = plan(input);
  const started = output.actions.flatMap((action) =>
    action.kind === 'create-group' ? [action.tags[TAGS.revision]] : [],
  );
  const drained = output.actions.flatMap((action) =>
    action.kind === 'drain-group' ? [action.tags[TAGS.revision]] : [],
  );
  return { started, drained, record: output.rollout, said: output.reasons.map(sentence).join('\n'), output, input };
}

describe('a workload that is declared anew', () => {
  it('is what runs, and the only revision, while none ever served', () => {
    expect(decide([], null).record).toMatchObject({ good: NEW, proven: false });
    expect(decide([], firstRecord(workloadOf())).record).toMatchObject({ good: NEW, proven: false });
  });

  it('begins with one group on top of what is wanted, and nothing good leaves for it', () => {
    const { started, drained, record } = decide(groups(GOOD, 1, WANTED), proven);
    expect(record?.underway).toMatchObject({ revision: NEW, step: 0 });
    expect({ started, drained }).toEqual({ started: [NEW], drained: [] });
  });

  it('takes no step while what is wanted cannot be read', () => {
    const queue = {
      status: 'failed' as const,
      failure: { class: 'wait' as const, code: 'ServerBusy', message: 'busy' },
    };
    const baked = underway({ bakeFrom: NOW - 600_000, served: true });
    const all = [...groups(GOOD, 1, WANTED), of(NEW, 20)];
    const input = inputOf().observation;
    const observation = {
      ...input,
      ...showing(all),
      base: undefined,
      queue,
      rollout: { status: 'read' as const, value: baked, at: NOW },
    };
    const { record, said } = decide(all, baked, { observation });
    expect(record?.underway?.step ?? 0).toBe(0);
    expect(said).toContain('stays at step 1 of 2');
  });

  it('goes on to all replicas once its canary did well for the time of watching', () => {
    const all = [...groups(GOOD, 1, WANTED), of(NEW, 20)];
    const watched = decide(all, underway({ bakeFrom: NOW - 60_000, served: true }));
    expect(watched.said).toContain('watched for 60 s more');
    const { record, started, drained } = decide(all, underway({ bakeFrom: NOW - 120_000, served: true }));
    expect(record?.underway).toMatchObject({ step: 1 });
    // One serves on top of what is wanted, so one of the old ones may go; and two may run on top.
    expect({ started, drained }).toEqual({ started: [NEW], drained: [GOOD] });
  });

  it('is not watched yet while one of its replicas does not serve', () => {
    const pending = of(NEW, 21, { state: 'Pending', provisioningState: 'Creating', containers: [] });
    const all = [...groups(GOOD, 1, WANTED), of(NEW, 20)];
    expect(decide(all, underway()).record?.underway?.bakeFrom).toBe(NOW);
    expect(decide([...all, pending], underway()).record?.underway?.bakeFrom).toBeUndefined();
  });

  it('stays at its step while its replicas were not read lately, because they may have crashed since', () => {
    const all = [...groups(GOOD, 1, WANTED - 1), of(NEW, 20)];
    const watched = underway({ bakeFrom: NOW - 120_000, served: true });
    const { input } = decide(all, watched);
    const seen = Object.fromEntries(
      all.map(({ name }) => [name, { health: 'serving' as const, at: NOW - 40_000, since: NOW - 600_000 }]),
    );
    const { record, said } = decide(all, watched, {
      observation: { ...input.observation, looks: {} },
      state: stateOf({ ...input.state, seen }),
    });
    expect(record?.underway?.step ?? 0).toBe(0);
    expect(said).toContain('stays at step 1 of 2');
  });

  it('has its dead letters counted from the first reading, where there was none before its replica served', () => {
    const { record } = decide([...groups(GOOD, 1, WANTED), of(NEW, 20)], underway({ served: true }));
    expect(record?.underway).toMatchObject({ served: true, deadLetters: 0 });
  });

  it('keeps the most dead letters of the step before: a throttled namespace says 0 now and then', () => {
    const baked = underway({ bakeFrom: NOW - 120_000, served: true, deadLetters: 40 });
    const { record } = decide([...groups(GOOD, 1, WANTED), of(NEW, 20)], baked);
    expect(record?.underway).toMatchObject({ step: 1, deadLetters: 40 });
  });

  it('of runs that end goes on although none runs at the moment, once one has ended well', () => {
    const workload = { ...released, spec: { ...released.spec, restartPolicy: 'Never' as const } };
    const after = (step: number, run: Partial<Group>, bakeFrom?: number) =>
      decide(
        [...groups(step === 0 ? GOOD : NEW, 1, WANTED), of(NEW, 20, run)],
        underway({ step, served: true, bakeFrom }),
        {
          workload,
        },
      ).record;
    const done = {
      state: 'Succeeded',
      containers: [{ name: 'main', state: 'Terminated', exitCode: 0, restartCount: 0 }],
    };
    const starts = { state: 'Pending', provisioningState: 'Creating', containers: [] };
    expect(after(0, starts)?.underway?.bakeFrom).toBeUndefined();
    expect(after(0, done)?.underway?.bakeFrom).toBe(NOW);
    expect(after(0, starts, NOW - 120_000)?.underway?.step).toBe(1);
    expect(after(1, starts, NOW - 120_000)?.good).toBe(NEW);
  });

  it('is the good one when it runs everywhere and did well', () => {
    const { record } = decide(groups(NEW, 1, WANTED), underway({ step: 1, bakeFrom: NOW - 120_000, served: true }));
    expect(record).toMatchObject({ good: NEW, before: GOOD });
    expect(record?.underway).toBeUndefined();
  });

  it.each([
    ['serve', 'healthy', true],
    ['do not, although burst serves in their place', 'unhealthy', false],
  ])('is good on a scale set when its instances %s', (_, health, good) => {
    const set = scaleSetOf('0', '1');
    const tags = { [TAGS.revision]: NEW };
    const instances = set.instances.map((instance) => Object.assign({}, instance, { tags, health }));
    const base = { status: 'read' as const, value: { ...set, tags, instances }, at: NOW };
    const all = groups(NEW, 1, WANTED);
    const { input } = decide(all, underway({ step: 1, bakeFrom: NOW - 120_000, served: true }));
    const workload = workloadOf({ base: { mode: 'manage' }, burst: { minGroups: WANTED } });
    const { rollout } = plan({
      ...input,
      workload: { ...released, scaling: workload.scaling },
      observation: { ...input.observation, base },
    });
    expect(rollout?.good === NEW).toBe(good);
  });

  it('lets no group start beyond the maximum while another drains', () => {
    const drains = { [of(GOOD, 1).name]: NOW - 1000 };
    const all = [...groups(GOOD, 1, WANTED), of(NEW, 20)];
    const { input } = decide(all, underway({ step: 1 }));
    const within = (maxGroups: number): unknown[] => {
      const scaling = workloadOf({ base: { mode: 'none' }, burst: { minGroups: WANTED, maxGroups } }).scaling;
      const { actions } = plan({
        ...input,
        workload: { ...released, scaling },
        state: stateOf({ ...input.state, drains }),
      });
      return actions.filter(({ kind }) => kind === 'create-group');
    };
    expect(within(WANTED + 2)).toHaveLength(1);
    expect(within(WANTED + 1)).toEqual([]);
  });

  it('waits for approval where it is asked for, and goes on with it', () => {
    const workload = { ...released, scaling: { ...released.scaling, rollout: { approval: 'each-step' as const } } };
    const all = [...groups(GOOD, 1, WANTED), of(NEW, 20)];
    const baked = { bakeFrom: NOW - 600_000, served: true };
    expect(decide(all, underway(baked), { workload }).said).toContain('waits for approval');
    expect(decide(all, underway({ ...baked, approved: 0 }), { workload }).record?.underway?.step).toBe(1);
  });
});

describe('a revision that is not good', () => {
  const looping: Partial<Group> = {
    containers: [{ name: 'main', state: 'Waiting', restartCount: 4, previousExitCode: 1, detail: 'CrashLoopBackOff' }],
  };

  it.each([
    ['is in a crash loop', [of(NEW, 20, looping)], underway(), 'crash loop'],
    ['crashed twice', [of(NEW, 20)], underway({ crashes: 2 }), 'ended 2 times'],
    [
      'does not become ready',
      [of(NEW, 20, { state: 'Pending', provisioningState: 'Creating', containers: [] })],
      underway({ unreadySince: NOW - 601_000 }),
      'did not serve within 600 s',
    ],
    ['makes dead letters', [of(NEW, 20)], underway({ served: true, deadLetters: -6 }), '6 dead letters'],
  ])('that %s is in quarantine, and leaves', (_, bad, record, why) => {
    const after = decide([...groups(GOOD, 1, WANTED), ...bad], record);
    expect(after.record?.quarantine).toMatchObject([{ revision: NEW }]);
    expect(after.record?.quarantine[0]?.why).toContain(why);
    expect(after.record?.underway).toBeUndefined();
    expect(after.started).toEqual([]);
    expect(after.drained.every((revision) => revision === NEW)).toBe(true);
  });

  it.each([
    ['others answer', 'healthy', 1],
    ['nobody answers, which may be us', 'unreachable', 0],
  ] as const)('by its probe alone is found out while %s', (_, answer, quarantined) => {
    const workload = { ...released, spec: { ...released.spec, probe: { path: '/', port: 80 } } };
    const all = [...groups(GOOD, 1, WANTED), of(NEW, 20)].map((group) => Object.assign({}, group, { ip: group.name }));
    const late = underway({ unreadySince: NOW - 601_000 });
    const { input } = decide(all, late);
    const bad = of(NEW, 20).name;
    const probes = Object.fromEntries(all.map(({ name }) => [name, name === bad ? ('unreachable' as const) : answer]));
    const probe = { ip: bad, ready: false, fails: 5, last: 'unreachable' as const };
    const waits = { health: 'starting' as const, state: 'warming' as const, at: NOW, since: NOW - 600_000, probe };
    const serves = Object.fromEntries(
      Object.entries(input.state?.seen ?? {}).map(([name, one]) => [
        name,
        { ...one, probe: { ip: name, ready: true, fails: 0 } },
      ]),
    );
    const { record } = decide(all, late, {
      workload,
      observation: { ...input.observation, probes },
      state: stateOf({ ...input.state, seen: { ...serves, [bad]: waits } }),
    });
    expect(record?.quarantine ?? []).toHaveLength(quarantined);
  });

  it('is not one that waits for capacity', () => {
    const waiting = of(NEW, 20, { containers: [{ name: 'main', state: 'Waiting', restartCount: 0 }] });
    const { record } = decide([...groups(GOOD, 1, WANTED), waiting], underway({ unreadySince: NOW - 601_000 }));
    expect(record?.quarantine ?? []).toEqual([]);
  });

  it('has each end of its containers counted once, and none that the platform made', () => {
    const after = (record: RolloutRecord, changes: Partial<Group>): RolloutRecord =>
      decide([...groups(GOOD, 1, WANTED), of(NEW, 20, changes)], record).record ?? record;
    const restarted = (restartCount: number, previousExitCode: number) => ({
      containers: [{ name: 'main', state: 'Running', restartCount, previousExitCode }],
    });
    const moved = after(underway({ served: true }), restarted(1, 7147));
    expect(moved.underway).toMatchObject({ crashes: 0 });
    expect(after(moved, restarted(2, 1)).underway).toMatchObject({ crashes: 1 });
    const two = (main: number, side: number) => ({
      containers: [
        { name: 'main', state: 'Running', restartCount: main, previousExitCode: 1 },
        { name: 'side', state: 'Running', restartCount: side, previousExitCode: 7147 },
      ],
    });
    const crashed = after(underway({ served: true }), two(1, 0));
    expect(crashed.underway).toMatchObject({ crashes: 1 });
    expect(after(crashed, two(1, 1)).underway).toMatchObject({ crashes: 1 });
    const failed = {
      state: 'Failed',
      containers: [{ name: 'main', state: 'Terminated', exitCode: 1, restartCount: 0 }],
    };
    const once = after(underway({ served: true }), failed);
    // Planner state is the same as before, as when only the record was saved.
    expect(after(once, failed).underway).toMatchObject({ crashes: 1 });
  });

  it('is never started again: a burst in the middle of the way back takes the good one', () => {
    const record = { ...underway(), quarantine: [{ revision: NEW, at: NOW, why: 'it crashed' }] };
    const { underway: _, ...back } = record;
    const { started, said } = decide([...groups(GOOD, 1, 3), of(NEW, 20)], back);
    expect(started.length).toBeGreaterThan(0);
    expect(new Set(started)).toEqual(new Set([GOOD]));
    expect(said).toContain('is not started, because it crashed');
  });
});

it('nothing is started while it cannot be read which revision is good', () => {
  const failure = { class: 'wait' as const, code: 'ServerBusy', message: 'busy' };
  const all = groups(GOOD, 1, 2);
  const observation = {
    ...inputOf().observation,
    ...showing(all),
    base: undefined,
    rollout: { status: 'failed' as const, failure },
  };
  const { started, said } = decide(all, null, { observation });
  expect(started).toEqual([]);
  expect(said).toContain('The record of revisions could not be read');
});
