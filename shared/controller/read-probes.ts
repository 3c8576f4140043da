// The workload's own HTTP probes, all replicas at once. Replicas answer at their own addresses, so this costs no call of
// Azure's budgets; only time bounds it.

import { servesOf } from '../discovery/declared.ts';
import { seenIn } from '../health/short-seen.ts';
import type { Ports } from '../ports/ports.ts';
import type { ProbeResult } from '../ports/probes.ts';
import { revisionsByName } from '../placement/names.ts';
import { probesByRevision } from '../rollout/own-health.ts';
import type { RolloutRecord } from '../rollout/record.ts';
import type { Probe, Workload } from '../workload/workload.ts';
import { inParallel } from './in-parallel.ts';
import type { Observation, PlannerState } from './plan-types.ts';

const AT_ONCE = 64;
/** Of the 40 s in which an evaluation may write. 5,000 replicas that answer within 100 ms take 8 s. */
const LONGEST_MS = 10_000;
const PERIOD_S = 10;
const TIMEOUT_S = 2;

/** Each replica by the probe of its own revision, as its name tells it. One whose revision is not known is not asked. */
export async function readProbes(
  { clock, probes }: Ports,
  workload: Workload,
  ownerId: string,
  state: PlannerState | undefined,
  record: RolloutRecord | undefined,
): Promise<Pick<Observation, 'probes' | 'probedAt'>> {
  const byRevision = probesByRevision(workload, record);
  const declared = workload.spec.probe ?? [...byRevision.values()].findLast((probe) => probe !== undefined);
  if (!declared || !state) return {};
  const startedAt = clock.now();
  const { probedAt = 0 } = state;
  // What clients are sent to is probed at each evaluation, because each may find that it must not be found any more.
  const period = servesOf(workload) ? 0 : (declared.periodSeconds ?? PERIOD_S) * 1000;
  if (startedAt - probedAt < period) return { probedAt };
  const revisionOf = revisionsByName(ownerId, byRevision.keys());
  // Groups that are only started and stopped were named by somebody else.
  const named = workload.scaling.burst.lifecycle === 'create-delete';
  const probeOf = (name: string): Probe | undefined =>
    named ? byRevision.get(revisionOf(name) ?? '') : workload.spec.probe;
  const targets = Object.entries(seenIn(state)).flatMap(([name, { probe: memory }]) => {
    const probe = memory?.ip === undefined ? undefined : probeOf(name);
    return memory?.ip === undefined || !probe ? [] : [{ name, ip: memory.ip, fails: memory.fails, probe }];
  });
  const results: Record<string, ProbeResult> = {};
  await inParallel(
    // Those that answered last time do so fast, and must not wait for those that will not.
    targets.toSorted((a, b) => a.fails - b.fails),
    async ({ name, ip, probe: { path, port, timeoutSeconds = TIMEOUT_S } }) => {
      if (clock.now() - startedAt > LONGEST_MS) return;
      results[name] = await probes.probe({ ip, port, path, timeoutSeconds });
    },
    AT_ONCE,
  );
  return { probes: results, probedAt: startedAt };
}
