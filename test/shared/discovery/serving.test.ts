import { describe, expect, it } from 'vitest';
import { judgeService, type Verdict } from '../../../shared/discovery/serving.ts';
import { fleet, type BurstGroup } from '../../../shared/health/fleet.ts';
import type { Observation, PlannerState, Seen } from '../../../shared/controller/plan-types.ts';
import type { ProbeResult } from '../../../shared/ports/probes.ts';
import { groupOf, NOW, observationOf, scaleSetOf, showing, stateOf } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const probe = { path: '/healthz', port: 8080 };
const seenReady: Seen = {
  health: 'serving',
  at: NOW - 5_000,
  since: NOW - 60_000,
  probe: { ip: '10.0.0.1', ready: true, fails: 0 },
};

/** Verdicts by address, with what is observed of one group `g-1` that served at 10.0.0.1. */
function verdicts(
  changes: Partial<Observation> & { ip?: string; answer?: ProbeResult },
  state: Partial<PlannerState> = {},
  going: string[] = [],
  marks: Partial<BurstGroup> = {},
  owner = 'g-1',
): Record<string, Verdict> {
  const { ip = '10.0.0.1', answer = 'healthy', ...observed } = changes;
  const observation = observationOf({
    ...showing([groupOf(1, { ip })]),
    base: undefined,
    probes: { 'g-1': answer },
    ...observed,
  });
  const before = stateOf({ seen: { 'g-1': seenReady }, ...state });
  const { groups, seen } = fleet(observation, before, NOW, {
    probeOf: (revision, remembered) => (remembered || revision === workloadOf().revision ? probe : undefined),
    revisionOf: () => '',
    owns: () => true,
  });
  const judged = judgeService({
    observation,
    seen,
    groups: groups.map((group) => Object.assign({}, group, marks)),
    going: new Set(going),
    before: { [owner]: '10.0.0.1' },
    owners: new Map([['10.0.0.1', owner]]),
  });
  return Object.fromEntries(judged.map(({ address, verdict }) => [address, verdict]));
}

describe('who is in service', () => {
  it('a replica whose probe was answered well at its address', () => {
    expect(verdicts({})).toEqual({ '10.0.0.1': 'in' });
  });

  it('not from the first bad answer on, although it is not given up yet', () => {
    expect(verdicts({ answer: 'unhealthy' })).toEqual({ '10.0.0.1': 'out' });
  });

  it('not one that drains or is about to', () => {
    expect(verdicts({}, { drains: { 'g-1': NOW - 1_000 } })).toEqual({ '10.0.0.1': 'out' });
    expect(verdicts({}, {}, ['g-1'])).toEqual({ '10.0.0.1': 'out' });
  });

  it('not at an address that it lost, and at the new one only when it was probed there', () => {
    expect(verdicts({ ip: '10.0.0.2' })).toEqual({ '10.0.0.1': 'out', '10.0.0.2': 'unsure' });
  });

  it('not at an address that was listed for another one, until it was probed there', () => {
    const unprobed = { seen: { 'g-1': { ...seenReady, probe: { ip: '10.0.0.1', ready: false, fails: 0 } } } };
    expect(verdicts({ probes: {} }, unprobed)).toEqual({ '10.0.0.1': 'unsure' });
    expect(verdicts({ probes: {} }, unprobed, [], {}, 'g-0')).toEqual({ '10.0.0.1': 'out' });
    expect(verdicts({}, unprobed, [], {}, 'g-0')).toEqual({ '10.0.0.1': 'in' });
  });

  it('by what only the list shows of a new address, too', () => {
    const { ip: _, ...old } = groupOf(1);
    const groups = [{ ...old, ip: '10.0.0.2' }];
    expect(verdicts({ groups: { status: 'read', value: groups, at: NOW }, looks: {} })).toEqual({
      '10.0.0.1': 'out',
      '10.0.0.2': 'unsure',
    });
  });

  it('not one that Azure answers 404 for', () => {
    expect(verdicts({ looks: { 'g-1': { value: null, at: NOW } } })).toEqual({ '10.0.0.1': 'out' });
  });

  it('nothing changes by a list that failed or state that was lost', () => {
    const failure = { class: 'wait', code: 'Network', message: '' } as const;
    expect(verdicts({ groups: { status: 'failed', failure }, looks: {} })).toEqual({ '10.0.0.1': 'in' });
    expect(verdicts({ probes: {} }, { seen: {} })).toEqual({ '10.0.0.1': 'unsure' });
  });

  describe('a replica that was read while it restarted, and is not read now', () => {
    const { ip, ...listed } = groupOf(1, { ip: '10.0.0.1' });
    const readAt = NOW - 100_000;
    const restarting: Seen = { health: 'starting', state: 'restarting', at: readAt, since: readAt };
    const judged = (beatAt: number | undefined, seen: Partial<Seen> = {}, more: Partial<Observation> = {}) =>
      verdicts(
        {
          groups: { status: 'read', value: [{ ...listed, ip }], at: NOW },
          looks: {},
          probes: {},
          beats: beatAt === undefined ? [] : [{ replica: 'g-1', busy: true, at: beatAt }],
          ...more,
        },
        { seen: { 'g-1': { ...restarting, ...seen } } },
      )['10.0.0.1'];

    it('stays where it is when it has polled since', () => {
      expect(judged(NOW - 30_000)).toBe('unsure');
    });

    it.each([
      ['when it never polled', undefined],
      ['when it polled before that', readAt],
      ['when it has fallen silent', NOW - 61_000],
    ])('goes out %s', (_, beatAt) => {
      expect(judged(beatAt)).toBe('out');
    });

    it('goes out in a crash loop, and when the platform moved it, perhaps to another address', () => {
      expect(judged(NOW - 30_000, { health: 'unready', state: 'crash-looping' })).toBe('out');
      expect(judged(NOW - 30_000, { state: 'moving' })).toBe('out');
    });

    it('goes out when it is read again as it was', () => {
      const container = { name: 'main', state: 'Waiting', restartCount: 1, previousExitCode: 1 };
      const { looks } = showing([groupOf(1, { ip: '10.0.0.1', containers: [container] })]);
      expect(judged(NOW - 1_000, {}, { looks })).toBe('out');
    });
  });

  it('stays where it is while its place cannot be read', () => {
    expect(verdicts({}, {}, [], { lost: true })).toEqual({ '10.0.0.1': 'unsure' });
  });
});

describe('of the base', () => {
  const addresses = { status: 'read', value: { '0': '10.1.0.1', '1': '10.1.0.2' }, at: NOW } as const;
  const failure = { class: 'wait', code: 'Network', message: '' } as const;
  const judged = (base: Observation['base'], going: string[] = [], owner = 'instance:9') =>
    judgeService({
      observation: observationOf({ base, addresses: base && addresses }),
      seen: {},
      groups: [],
      going: new Set(going),
      before: { 'instance:9': '10.1.0.9' },
      owners: new Map([['10.1.0.2', owner]]),
    }).map(({ name, verdict }) => [name, verdict]);
  const read = (health: string, provisioning = 'succeeded'): Observation['base'] => {
    const set = scaleSetOf('0', '1', '2');
    const instances = set.instances.map((instance) => Object.assign({}, instance, { health, provisioning }));
    return { status: 'read', value: { ...set, instances }, at: NOW };
  };

  it('instances are in service that are healthy and stay, at the addresses of their interfaces', () => {
    expect(judged(read('healthy'), ['instance:1'])).toEqual([
      ['instance:0', 'in'],
      ['instance:1', 'out'],
      ['instance:9', 'out'],
    ]);
  });

  it('nobody is whose health no extension tells', () => {
    expect(judged(read('none'))).toMatchObject([
      ['instance:0', 'out'],
      ['instance:1', 'out'],
      ['instance:9', 'out'],
    ]);
  });

  it('an instance of which nothing is known stays where it was, and is in at no address of another', () => {
    expect(judged(read('healthy', 'odd'))).toMatchObject([{}, ['instance:1', 'out'], {}]);
    expect(judged(read('healthy', 'odd'), [], 'instance:1')).toMatchObject([{}, ['instance:1', 'unsure'], {}]);
  });

  it('an instance is out that the set lacks, or whose set is declared no more, and stays while the set is unread', () => {
    expect(judged(undefined)).toEqual([['instance:9', 'out']]);
    expect(judged({ status: 'failed', failure })).toEqual([['instance:9', 'unsure']]);
  });
});
