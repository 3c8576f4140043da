import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaceMemory } from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { paceBounds, rememberPace } from '../../../shared/rules/pace.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import { pacePoliciesKind, type Pace, type PacePolicies } from '../../../shared/workload/pace.ts';
import { inputOf, NOW, observationOf, stateOf } from '../../support/observation-of.ts';
import { queueWorld } from '../../support/queue-world.ts';
import { workloadOf } from '../../support/workload-of.ts';

const policies = (text: string): PacePolicies => pacePoliciesKind.schema.parse(text);
const fleet = (have: number, leaving = 0, starting = 0) => ({
  serving: have - starting,
  leaving,
  starting: Array.from({ length: starting }, () => 5),
});

function bounds(pace: Pace, memory: PaceMemory | undefined, now: number, have = 10, starting = 0) {
  const input = inputOf({ workload: workloadOf({ pace }), state: stateOf({ pace: memory }), now });
  return paceBounds(input, fleet(have, 0, starting));
}

describe('policies', () => {
  const targets: PaceMemory['targets'] = [
    [NOW - 200_000, 40],
    [NOW - 50_000, 10],
    [NOW - 20_000, 12],
  ];
  it.each<[string, number]>([
    ['4/60', 14],
    ['4/30', 14],
    ['4/15', 16],
    ['100%/60', 20],
    ['4/60, 100%/60', 20],
    ['min of 4/60, 100%/60', 14],
    ['1%/60', 12],
    ['off', 12],
  ])('%s out, of 12 that were 10 half a minute ago, lets at most %i be wanted', (text, most) => {
    expect(bounds({ outPolicies: policies(text) }, { targets }, NOW).most).toBe(most);
  });

  it.each<[string, number]>([
    ['4/30', 8],
    ['30/60', 10],
    ['50%/30', 6],
    ['4/30, 50%/30', 6],
    ['min of 4/30, 50%/30', 8],
    ['4/60', 12],
    ['off', 12],
  ])('%s in keeps at least %i of 12 that were 40 a minute ago', (text, least) => {
    expect(bounds({ inPolicies: policies(text) }, { targets }, NOW).least).toBe(least);
  });

  it.each(['', '4', '4/0', '0/60', '4/1801', 'most of 4/60', '4%%/60', '1/1,1/1,1/1,1/1,1/1', '99999/60'])(
    'are refused where they mean nothing: %s',
    (text) => {
      expect(pacePoliciesKind.schema.safeParse(text).success).toBe(false);
    },
  );

  it('say what they allow and what was asked for', () => {
    const { reasons } = bounds({ outPolicies: policies('4/60, 10%/60') }, undefined, NOW);
    expect(reasons(30).map(sentence)).toEqual([
      '30 replicas are wanted; 14 for now, because at most 4 in 60 s from 10 or 10 % and one at least in 60 s from 10.',
    ]);
  });
});

describe('the pace over time', () => {
  const amount = fc.integer({ min: 1, max: 9 });
  const period = fc.integer({ min: 5, max: 120 });
  const wishes = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(60)), { minLength: 1, maxLength: 60 });

  it('keeps what was wanted last allowed, and never moves further in a period than a policy says, from the first look on', () => {
    fc.assert(
      fc.property(amount, amount, period, wishes, (out, into, seconds, wishes) => {
        const one = (amount: number): PacePolicies => {
          return { select: 'max', policies: [{ amount, percent: false, periodSeconds: seconds }] };
        };
        const workload = workloadOf({ pace: { outPolicies: one(out), inPolicies: one(into) } });
        const wanted: [number, number][] = [[NOW, 20]];
        let [now, memory] = [NOW, undefined as PaceMemory | undefined];
        for (const [after, wish] of wishes) {
          now += after * 1000;
          const input = inputOf({ workload, state: stateOf({ pace: memory }), now });
          const there = fleet(wanted.at(-1)?.[1] ?? 0);
          const { least, most } = paceBounds(input, there);
          const target = Math.min(most, Math.max(least, wish));
          expect(least).toBeLessThanOrEqual(most);
          memory = rememberPace(input, target, there);
          wanted.push([now, target]);
        }
        for (const [at, target] of wanted) {
          for (const [before, other] of wanted.filter(([time]) => time <= at && at - time <= seconds * 1000)) {
            expect(before).toBeLessThanOrEqual(at);
            expect(target - other).toBeLessThanOrEqual(out);
            expect(other - target).toBeLessThanOrEqual(into);
          }
        }
      }),
    );
  });

  it('cools down from when what was started serves', () => {
    const workload = workloadOf({ pace: { outCoolDownSeconds: 60 } });
    const step = (memory: PaceMemory | undefined, target: number, starting: number, now: number) => {
      const input = inputOf({ workload, state: stateOf({ pace: memory }), now });
      return rememberPace(input, target, fleet(target, 0, starting));
    };
    const raised = step(step(undefined, 5, 0, NOW), 8, 0, NOW + 10_000);
    const starts = step(raised, 8, 3, NOW + 40_000);
    const serves = step(starts, 8, 0, NOW + 50_000);
    const at = (memory: PaceMemory | undefined, now: number, starting = 0): number =>
      bounds({ outCoolDownSeconds: 60 }, memory, now, 8, starting).most;
    expect(at(raised, NOW + 11_000)).toBe(8);
    expect(at(starts, NOW + 200_000, 3)).toBe(8);
    expect(at(starts, NOW + 99_000)).toBe(8);
    // Nobody looked for two minutes, and now all serve.
    expect(at(starts, NOW + 200_000)).toBe(Infinity);
    expect(at(serves, NOW + 99_000)).toBe(8);
    expect(at(serves, NOW + 101_000)).toBe(Infinity);
    expect(bounds({ inCoolDownSeconds: 60 }, serves, NOW + 51_000).least).toBe(0);
  });
});

it('a direction without a cool-down is held by no clock that was put back', () => {
  const done: PaceMemory = { targets: [[NOW, 8]], out: { at: NOW, busy: false }, in: { at: NOW, busy: false } };
  expect(bounds({ inPolicies: policies('off') }, done, NOW - 60_000, 8)).toMatchObject({ least: 8, most: Infinity });
  expect(bounds({ outPolicies: policies('off') }, done, NOW - 60_000, 8)).toMatchObject({ least: 0, most: 8 });
});

it('what starts ten minutes after growth is no part of it, and keeps nothing from coming', () => {
  const workload = workloadOf({ pace: { outCoolDownSeconds: 60 } });
  let memory: PaceMemory | undefined = { targets: [[NOW, 5]] };
  const most: [number, number][] = [];
  // One of them always starts: each does its work and ends.
  for (let second = 5; second < 900; second += 5) {
    const input = inputOf({ workload, state: stateOf({ pace: memory }), now: NOW + second * 1000 });
    most.push([second, paceBounds(input, fleet(8, 0, 1)).most]);
    memory = rememberPace(input, 8, fleet(8, 0, 1));
  }
  const [cooling, free] = [most.filter(([, bound]) => bound === 8), most.filter(([, bound]) => bound === Infinity)];
  expect(cooling.at(-1)?.[0]).toBe(655);
  expect(free.at(-1)?.[0]).toBe(895);
});

describe('a workload with a pace', () => {
  it('adds no more than it says in any minute of a burst, and comes to rest at a constant demand', () => {
    const looked = queueWorld(
      {
        arrivals: (seconds) => (seconds < 300 ? 2 : 12),
        rate: () => 1,
        scaling: { pace: { outPolicies: policies('4/60'), inPolicies: policies('2/60'), inCoolDownSeconds: 30 } },
      },
      3600,
    );
    const wanted = looked.map(({ output }) => output.figures.wanted);
    for (const [index, now] of wanted.entries()) {
      const minute = wanted.slice(Math.max(0, index - 12), index + 1);
      expect(now - Math.min(...minute)).toBeLessThanOrEqual(4);
      expect(Math.max(...minute) - now).toBeLessThanOrEqual(2);
    }
    expect(looked.flatMap(({ output }) => output.reasons).some(({ code }) => code === 'pace-out')).toBe(true);
    expect(Math.max(...wanted)).toBeGreaterThanOrEqual(12);
    expect(new Set(wanted.slice(-240)).size).toBe(1);
    expect(looked.slice(-240).flatMap(({ output }) => output.actions)).toEqual([]);
  });

  it('adds what an alert asks for no faster, and says so', () => {
    const pace = { outPolicies: policies('1/60') };
    const burst = { maxGroups: 20, locations: ['westeurope'] };
    const workload = workloadOf({
      queue: undefined,
      base: { mode: 'none', scaleSet: undefined },
      burst,
      alertAddGroups: 5,
      pace,
    });
    const alert = { id: 'a', rule: 'long', severity: 'Sev2', at: NOW - 1000, expiresAt: NOW + 60_000 };
    const alerts = [{ ...alert, condition: 'fired' as const }];
    const given = inputOf({ workload, observation: observationOf({ queue: undefined, base: undefined, alerts }) });
    const { actions, reasons } = plan({ ...given, state: stateOf({ pace: { targets: [[NOW - 5000, 0]] } }) });
    expect(actions.filter(({ kind }) => kind === 'create-group')).toHaveLength(1);
    const [said] = reasons.filter(({ code }) => code === 'pace-out').map(sentence);
    expect(said).toMatch(/^5 replicas are wanted; 1 for now, because at most 1 in 60 s/);
  });

  it('is as fast as ever without one', () => {
    expect(bounds({}, undefined, NOW)).toMatchObject({ least: 0, most: Infinity });
    expect(paceBounds(inputOf(), fleet(3))).toMatchObject({ least: 0, most: Infinity });
    expect(rememberPace(inputOf(), 3, fleet(3))).toBeUndefined();
  });
});
