// How is one replica, by all that is known of it now? Azure's word first: what a read by name shows, else what the list
// shows, else what was seen last. For a replica that runs, its own signs then decide.

import type { GroupHealth, InFlight, PlannerState, Seen } from '../controller/plan-types.ts';
import { isStart } from '../placement/claim.ts';
import type { Group, GroupSummary } from '../ports/container-groups.ts';
import type { Reading } from '../ports/demand.ts';
import type { ProbeResult } from '../ports/probes.ts';
import type { Beat } from '../ports/stores.ts';
import type { Probe } from '../workload/workload.ts';
import { HEALTH, listedState, replicaState, type Judged, type ReplicaState } from './replica-state.ts';
import { byProbe, isSilent, probed, type ProbeMemory } from './signs.ts';

/** What is known of one group. */
export interface Evidence {
  /** Read by name this time; `null` is Azure's 404. */
  look: Reading<Group | null> | undefined;
  listed: GroupSummary | undefined;
  last: Seen | undefined;
  request: InFlight | undefined;
  beat: Beat | undefined;
  /** Whether we hear those that poll at all. */
  heard: boolean;
  /** What its own probe was answered this time. */
  probe: ProbeResult | undefined;
  /** When groups were last probed, this time or before. */
  probedAt?: number | undefined;
  /** When they were before this time, and were heard. */
  probedBefore?: number | undefined;
  /** Who drains, since when; undefined when planner state was lost. */
  drains: PlannerState['drains'] | undefined;
}

/** Its state, and what to remember of it. `probe`: the one the workload declares for it, if any. */
export function judge(
  evidence: Evidence,
  probe: Probe | undefined,
  draining: boolean,
  now: number,
): { judged: Judged; seen: Seen } {
  const { look, last } = evidence;
  const base = onItsWay(byAzure(evidence, now), last);
  const runs = base.state === 'ready';
  // While it is not known which probe it has, what is known of it is kept.
  const memory = !runs
    ? undefined
    : probe
      ? probed(ofThisLife(evidence), look?.value?.ip, evidence.probe, evidence.probedBefore)
      : last?.probe;
  // What drains is on its way out already, and must not be cut short for what it says meanwhile.
  const judged = runs && !draining ? { ...base, state: bySigns(evidence, probe, memory, now) } : base;
  return { judged, seen: remembered(judged.state, last, look?.at ?? last?.at ?? 0, memory, now) };
}

/**
 * What Azure ended is replaced elsewhere as it was announced, so it counts for nothing until it serves again; else its
 * replacement would be taken for one too many as soon as it is on its way back.
 */
const onItsWay = (judged: Judged, last: Seen | undefined): Judged =>
  last?.state === 'leaving' && RETURNS.has(HEALTH[judged.state]) ? { ...judged, state: 'leaving' } : judged;

const RETURNS: ReadonlySet<GroupHealth> = new Set(['starting', 'unknown']);

/** States that only the replica's own signs tell; to Azure it runs. */
const OWN_SIGNS: ReadonlySet<ReplicaState> = new Set(['warming', 'not-ready', 'unreachable', 'silent']);

const stateSeen = (last: Seen): ReplicaState => {
  const state = last.state ?? PLAIN[last.health];
  return OWN_SIGNS.has(state) ? 'ready' : state;
};

/** The state that a health means when no finer one was kept. */
const PLAIN: Record<GroupHealth, ReplicaState> = {
  starting: 'pending',
  serving: 'ready',
  unready: 'not-ready',
  stopped: 'stopped',
  ended: 'ended',
  failed: 'failed',
  deleting: 'deleting',
  gone: 'gone',
  unknown: 'unseen',
};

function byAzure({ look, listed, last, request }: Evidence, now: number): Judged {
  if (look?.value) return replicaState(look.value, now);
  if (request && isStart(request)) {
    return { state: request.outcome === 'unknown' ? 'unknown' : 'pending' };
  }
  const byList = listed ? listedState(listed) : 'unseen';
  const before = last ? stateSeen(last) : 'unseen';
  return { state: byList === 'unseen' || HEALTH[byList] === HEALTH[before] ? before : byList };
}

function bySigns(
  { look, last, beat, heard }: Evidence,
  probe: Probe | undefined,
  memory: ProbeMemory | undefined,
  now: number,
): ReplicaState {
  if (probe && memory) return byProbe(probe, memory);
  return heard && isSilent(beat, runsSince(look?.value, last, now), now) ? 'silent' : 'ready';
}

/** What is known of its probe. What was answered before it began to run again was of another life, whose start was over. */
function ofThisLife(evidence: Evidence): ProbeMemory | undefined {
  const known = evidence.last?.probe;
  if (!known || !beganAnew(known, evidence)) return known;
  return { ...(known.ip !== undefined && { ip: known.ip }), ready: false, fails: 0 };
}

/** Since its last good answer; where it was not asked, since its bad ones. */
function beganAnew(
  known: ProbeMemory,
  { look, probe, probedAt = Infinity, probedBefore = Infinity }: Evidence,
): boolean {
  const begun = startOf(look?.value);
  if (probe === undefined) return known.fails > 0 && begun > probedAt;
  const wellAt = known.fails === 0 ? probedBefore : (known.well ?? Infinity);
  return probe !== 'healthy' && known.ready && begun > wellAt;
}

/** When the last of its containers began to run; before all time when that is not known. */
export const startOf = (group: Group | null | undefined): number =>
  Math.max(-Infinity, ...(group?.containers.flatMap(({ since }) => since ?? []) ?? []));

function runsSince(group: Group | null | undefined, last: Seen | undefined, now: number): number {
  const begun = startOf(group);
  if (begun > -Infinity) return begun;
  if (last?.state === 'silent') return 0;
  return last?.health === 'serving' ? last.since : now;
}

/** What is kept of a group: short, because there may be thousands. */
function remembered(
  state: ReplicaState,
  last: Seen | undefined,
  at: number,
  probe: ProbeMemory | undefined,
  now: number,
): Seen {
  const health = HEALTH[state];
  const since = last?.health === health ? last.since : now;
  const same = last?.health === health && (last.state ?? PLAIN[health]) === state;
  const stateSince = same ? (last.stateSince ?? last.since) : now;
  return {
    health,
    since,
    // Whole seconds: thousands of them have to fit into one row when compressed.
    at: at - (at % 1000),
    ...(state !== PLAIN[health] && { state }),
    ...(stateSince !== since && { stateSince }),
    ...(probe && { probe }),
  };
}
