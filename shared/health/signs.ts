// What a replica says for itself, on top of what Azure says of it: its own HTTP probe, and its polls (beats). Azure only
// knows that a process runs; whether it is of use, only the replica can say.
//
//   startup    a replica with a probe is `warming` until the probe was answered well once
//   readiness  as many bad answers in a row as the threshold: `not-ready`, out of capacity, but not yet given up
//   liveness   as many missing answers in a row: `unreachable`, given up
//   silence    one that used to poll and has not for a minute is `silent`. When most of those that poll are late, it is
//              us who do not hear, and nobody is silent.
//
// When none of several that used to answer does, nor any other, it may be us who cannot reach them, and the round says nothing
// of any. Those that never answered, or drain, are no sign of that: they may have good reason not to.

import type { Observation, PlannerState, Seen } from '../controller/plan-types.ts';
import type { ProbeResult } from '../ports/probes.ts';
import type { Beat } from '../ports/stores.ts';
import type { Probe } from '../workload/workload.ts';
import type { ReplicaState } from './replica-state.ts';

/** Polls come every 10 to 20 s (the drain contract): three of them have been missed. */
const SILENT_MS = 60_000;
/** Two at evaluations 10 s apart find a dead replica within 30 s. */
const FAILURES = 2;

export type ProbeMemory = NonNullable<Seen['probe']>;

/**
 * Memory of the probe after this observation. A new address is a new start: the replica runs somewhere else. `askedBefore`:
 * when it was asked the last time.
 */
export function probed(
  before: ProbeMemory | undefined,
  ip: string | undefined,
  result: ProbeResult | undefined,
  askedBefore?: number,
): ProbeMemory {
  const same = before !== undefined && (ip === undefined || before.ip === ip);
  const { ready, fails } = same ? before : { ready: false, fails: 0 };
  const at = ip ?? before?.ip;
  const kept = { ...(same && before), ...(at !== undefined && { ip: at }) };
  // An answer that came from an earlier address says nothing of this one.
  if (result === undefined || !same) return { ...kept, ready, fails };
  if (result === 'healthy') return { ...(at !== undefined && { ip: at }), ready: true, fails: 0 };
  const well = fails === 0 && ready ? askedBefore : before.well;
  return { ...kept, ready, fails: fails + 1, last: result, ...(well !== undefined && { well }) };
}

/** The state of a replica that runs, by its own probe. */
export function byProbe(probe: Probe, { ready, fails, last }: ProbeMemory): ReplicaState {
  if (!ready) return 'warming';
  if (fails < (probe.failureThreshold ?? FAILURES)) return 'ready';
  return last === 'unreachable' ? 'unreachable' : 'not-ready';
}

/** Fewer than this that do not answer are taken at their word. */
const DOUBT_FROM = 2;

/** Those that should have answered when nobody did, where that says more of us than of them. It holds until the next round. */
export function unheard(
  { probes, probedAt }: Pick<Observation, 'probes' | 'probedAt'>,
  state: PlannerState | undefined,
  seen: Readonly<Record<string, Seen>>,
): PlannerState['unheard'] {
  if (!probes) return probedAt === undefined ? undefined : state?.unheard;
  if (!Object.values(probes).every((result) => result === 'unreachable')) return undefined;
  const count = Object.keys(probes).filter(
    (name) => seen[name]?.probe?.ready && !(name in (state?.drains ?? {})),
  ).length;
  return count >= DOUBT_FROM ? { count, heardAt: heardAt(state) } : undefined;
}

/** When groups were last probed and heard. */
export const heardAt = (state: PlannerState | undefined): number | undefined =>
  state?.unheard ? state.unheard.heardAt : state?.probedAt;

/** Whether we hear those that poll: at least half of all beats of running replicas are fresh. */
export function hears(beats: Beat[], running: ReadonlySet<string>, now: number): boolean {
  const own = beats.filter(({ replica }) => running.has(replica));
  const fresh = own.filter(({ at }) => now - at <= SILENT_MS);
  return own.length > 1 && fresh.length * 2 >= own.length;
}

/** A beat of before the replica last began to run is of another life. */
export const isSilent = (beat: Beat | undefined, runsSince: number, now: number): boolean =>
  beat !== undefined && beat.at >= runsSince && now - beat.at > SILENT_MS;
