// How long does one plan take, and how large is its state? Run: npm run bench:plan
// Prints medians of many runs, for fleets of different sizes, so that a change shows as a ratio within one run. The first plans
// of a process take several times as long as later ones, because the engine compiles what they call only when it has seen it
// often: so both are told, and the smallest fleet comes first because it bears most of that.

import { deflateRawSync } from 'node:zlib';
import { plan } from '../../shared/controller/plan.ts';
import { seenIn } from '../../shared/health/short-seen.ts';
import type { PlanInput, PlannerState } from '../../shared/controller/plan-types.ts';
import { TAGS } from '../../shared/placement/tags.ts';
import type { Workload } from '../../shared/workload/workload.ts';

const NOW = 1_800_000_000_000;
const RUNS = 30;
/** Plans before the later ones are looked at, of a fleet of a thousand. */
const WARM = 200;

const workload = (maxGroups: number): Workload => ({
  name: 'bench',
  revision: '0a1b2c3d',
  spec: {
    image: 'bench:1',
    environment: {},
    secureEnvironment: {},
    cpu: 1,
    memoryInGB: 2,
    restartPolicy: 'Always',
  },
  scaling: {
    mode: 'enforce',
    queue: { namespace: 'bench.servicebus.windows.net', queue: 'bench' },
    base: {
      mode: 'none',
      minInstances: 1,
      maxInstances: 10,
      replicasPerInstance: 4,
      growAfterSeconds: 90,
      scaleInDelaySeconds: 300,
    },
    burst: { lifecycle: 'create-delete', minGroups: 0, maxGroups, locations: ['westeurope'], scaleInDelaySeconds: 60 },
    target: { maxWaitSeconds: 30, messagesPerSecondPerReplica: 1, utilization: 0.8 },
    alertAddGroups: 2,
    drainTimeoutSeconds: 60,
    limits: { spendUsdPerDay: 1e6, spendUsdPerHour: 1e6, changesPerEvaluation: 50 },
    staleAfterSeconds: 60,
  },
});

/** A fleet of `size` serving groups with twice as much work as they can do. */
function input(size: number, state: PlannerState | undefined): PlanInput {
  const groups = Array.from({ length: size }, (_, index) => ({
    name: `sw-bench-westeurope-00000000-${index + 1}`,
    location: 'westeurope',
    provisioningState: 'Succeeded',
    tags: {
      [TAGS.owner]: 'bench',
      [TAGS.workload]: 'bench',
      [TAGS.revision]: '0a1b2c3d',
      [TAGS.ordinal]: String(index + 1),
    },
  }));
  return {
    deployment: { ownerId: 'bench', subscriptionId: 's', resourceGroup: 'r', unattendedMinutes: 60 },
    workload: workload(size * 2),
    observation: {
      startedAt: NOW,
      queue: { status: 'read', value: { active: size * 60, deadLetter: 0, scheduled: 0 }, at: NOW },
      minutes: [],
      minutesAt: NOW,
      alerts: [],
      groups: { status: 'read', value: groups, at: NOW },
      looks: {},
      usages: [
        { location: 'westeurope', groups: { used: size, limit: size * 2 }, cores: { used: size, limit: size * 2 } },
      ],
      usagesAt: NOW,
      beats: groups.map(({ name }) => ({ replica: name, busy: true, at: NOW })),
      ledger: { status: 'read', value: null, at: NOW },
      sweeperAlive: true,
    },
    state,
    now: NOW,
  };
}

function medianMs(given: PlanInput): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    plan(given);
    return performance.now() - start;
  }).toSorted((a, b) => a - b);
  return times[RUNS >> 1] ?? 0;
}

for (const size of [100, 1_000, 10_000]) {
  const first = plan(input(size, undefined)).state;
  const seen = Object.fromEntries(
    Object.entries(seenIn(first)).map(([name, one]) => [name, { ...one, health: 'serving' as const }]),
  );
  const given = input(size, { ...first, inFlight: [], seen, replicas: undefined });
  const atFirst = medianMs(given);
  for (let run = 0; run < (WARM * 1000) / size; run++) plan(given);
  const later = medianMs(given);
  const { state, actions } = plan(given);
  const stored = deflateRawSync(JSON.stringify(state)).length / 1024;
  const kilobytes = JSON.stringify(state).length / 1024;
  process.stdout.write(
    `${String(size).padStart(6)} groups: ${atFirst.toFixed(2)} ms a plan at first, ${later.toFixed(2)} later (medians of ${RUNS}), ` +
      `${actions.length} actions, ${kilobytes.toFixed(0)} KB of state, ${stored.toFixed(0)} KB as stored\n`,
  );
}
