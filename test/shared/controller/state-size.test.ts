// Planner state of one workload with 1,000 replicas, 30 days old: bursts come and go, groups fail and are replaced, and
// what is looked at by name changes with each look.

import { deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { plan } from '../../../shared/controller/plan.ts';
import { settle } from '../../../shared/controller/settle.ts';
import type { Observation, PlannerState } from '../../../shared/controller/plan-types.ts';
import { groupName } from '../../../shared/placement/names.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { seeded, type Random } from '../../../tools/local/random.ts';
import { groupOf, inputOf, NOW, observationOf } from '../../support/observation-of.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import { OWNER, workloadOf } from '../../support/workload-of.ts';

const REPLICAS = 1_000;
const HOUR_MS = 3_600_000;

const workload = workloadOf({
  base: { mode: 'none', scaleSet: undefined },
  burst: { maxGroups: 1_000, minGroups: 900, locations: ['westeurope', 'northeurope'] },
  limits: { spendUsdPerDay: 1e6, spendUsdPerHour: 1e6 },
});

const published: Workload = {
  ...workload,
  spec: { ...workload.spec, probe: { path: '/healthz', port: 8080 } },
  scaling: { ...workload.scaling, discovery: { registry: 'on', ttlSeconds: 10 } },
};

const named = (ordinal: number, location: string) =>
  groupOf(ordinal, {
    name: groupName(OWNER, workload, location, ordinal),
    location,
    ip: `10.${ordinal >> 16}.${(ordinal >> 8) & 255}.${ordinal & 255}`,
    tags: { ...groupOf(ordinal).tags, [TAGS.ordinal]: String(ordinal) },
  });

/** Each two hours for so many days, then each ten seconds for twenty minutes, so that the memory of every grain is full. */
function* moments(days: number): Generator<number> {
  const end = NOW + (1 + days * 24) * HOUR_MS;
  for (let at = NOW; at < end - HOUR_MS; at += 2 * HOUR_MS) yield at;
  for (let at = end - 20 * 60_000; at <= end; at += 10_000) yield at;
}

function observed(
  fleet: Map<number, string>,
  state: PlannerState | undefined,
  now: number,
  random: Random,
): Observation {
  // Twenty groups failed and were replaced under new numbers since the last look.
  for (let index = 0; index < 20; index++) {
    const gone = [...fleet.keys()][Math.floor(random.next() * fleet.size)] ?? 0;
    fleet.delete(gone);
    fleet.set(Math.max(...fleet.keys()) + 1, random.next() < 0.7 ? 'westeurope' : 'northeurope');
  }
  const groups = [...fleet].map(([ordinal, location]) => named(ordinal, location));
  const listed = new Set(groups.map(({ name }) => name));
  const gone = Object.keys(state?.replicas ?? {}).flatMap((beginning) =>
    Object.keys(state?.replicas?.[beginning] ?? {}).map((number) => `${beginning}-${number}`),
  );
  const active = Math.round(400 + 500 * random.next() + (random.next() < 0.05 ? 5_000 : 0));
  const minute = now - (now % 60_000) - 120_000;
  return observationOf({
    startedAt: now,
    queue: { status: 'read', value: { active, deadLetter: Math.round(now / 1e8), scheduled: 0 }, at: now },
    minutes: [{ minute, incoming: Math.round(40_000 + 9_000 * random.next()) }],
    minutesAt: now,
    groups: { status: 'read', value: groups, at: now },
    looks: Object.fromEntries([
      ...gone.filter((name) => !listed.has(name)).map((name) => [name, { value: null, at: now }]),
      ...groups.filter(() => random.next() < 0.12).map((group) => [group.name, { value: group, at: now }]),
    ]),
    probes: Object.fromEntries(groups.map(({ name }) => [name, random.next() < 0.02 ? 'unreachable' : 'healthy'])),
    registry: { status: 'read', value: null, at: now },
    usages: [{ location: 'westeurope', groups: { used: 700, limit: 1_000 }, cores: { used: 700, limit: 1_000 } }],
    base: undefined,
  });
}

it.each([
  ['of 1,000 replicas is at most 64 KB of JSON and 24 KB stored after 30 simulated days', workload, 30, 64],
  [
    'of 1,000 that are probed and published, 2 in 100 of them silent, is at most 80 KB of JSON and 24 KB stored',
    published,
    0,
    80,
  ],
])(
  '%s',
  (_, workload, days, mostKB) => {
    const random = seeded(1);
    const fleet = new Map(Array.from({ length: REPLICAS }, (_, index) => [index + 1, 'westeurope']));
    let state: PlannerState | undefined;
    let [largest, stored] = [0, 0];
    for (const now of moments(days)) {
      const observation = observed(fleet, state, now, random);
      const output = plan(inputOf({ workload, observation, state, now }));
      const results = output.actions.map((action) => ({ action, outcome: 'accepted' as const }));
      state = settle(output.state, results, workload.revision, now);
      const json = JSON.stringify(state);
      largest = Math.max(largest, json.length);
      stored = Math.max(stored, deflateRawSync(json).length);
    }
    expect(
      Object.values(state?.replicas ?? {}).flatMap((numbers) => Object.keys(numbers)).length,
    ).toBeGreaterThanOrEqual(REPLICAS);
    expect(largest).toBeLessThanOrEqual(mostKB * 1024);
    expect(stored).toBeLessThanOrEqual(24 * 1024);
  },
  60_000,
);
