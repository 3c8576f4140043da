// A revision whose replicas end soon after they start must not burn the create budget. Per revision:
//
//   well ──a replica ends young──> once ──again──> held for 30 s, then 60 s, ... at most 15 min
//   held ──its time is up──> trial: at most as many start at once as serve, at least one ──again──> held for longer
//   once, held, trial ──half of the fleet serves for a minute──> well
//
// Young: it never served, or for less than a minute. What ends later, ends with its place or by chance, and is replaced
// at once. Many that end together are one sign, because they were started together. Exit codes by which the platform
// moves a replica are no sign.

import type { Crashes, PlannerState } from '../controller/plan-types.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Workload } from '../workload/workload.ts';
import type { BurstGroup } from './fleet.ts';

const YOUNG_MS = 60_000;
const STEADY_MS = 60_000;
const HELD_FIRST_MS = 30_000;
const HELD_MOST_MS = 15 * 60_000;
/** A roll-out has two revisions, and a roll-back meets a third. */
const REVISIONS_KEPT = 4;

/** The memory after this observation. */
export function watchCrashes(
  groups: BurstGroup[],
  state: PlannerState | undefined,
  now: number,
): Record<string, Crashes> | undefined {
  const next: Record<string, Crashes> = { ...state?.crashes };
  for (const revision of new Set(groups.map((group) => group.revision))) {
    const own = groups.filter((group) => group.revision === revision);
    const steady = own.filter((group) => isSteady(group, now));
    const fallen = own.find((group) => endedYoung(group, state, now));
    if (steady.length * 2 >= own.length && steady.length > 0) delete next[revision];
    else if (fallen) next[revision] = counted(next[revision], fallen.fault?.exitCode, now);
  }
  const newest = Object.entries(next).toSorted(([, a], [, b]) => b.at - a.at);
  return newest.length === 0 ? undefined : Object.fromEntries(newest.slice(0, REVISIONS_KEPT));
}

const isSteady = ({ health, since }: BurstGroup, now: number): boolean =>
  health === 'serving' && now - since >= STEADY_MS;

/** It has just come into a state that is its own fault. */
function endedYoung(
  { name, state, fault, since, health }: BurstGroup,
  before: PlannerState | undefined,
  now: number,
): boolean {
  if (fault?.by !== 'app' || (health !== 'failed' && state !== 'crash-looping')) return false;
  const last = before?.seen[name];
  const fresh = since === now || last?.state !== state;
  return fresh && (last?.health !== 'serving' || now - last.since < YOUNG_MS);
}

function counted(before: Crashes | undefined, exitCode: number | undefined, now: number): Crashes {
  // While it is held, what was started earlier may still end: the same sign.
  if (before && now < before.until) return { ...before, exitCode, at: now };
  const count = (before?.count ?? 0) + 1;
  const held = count === 1 ? 0 : Math.min(HELD_MOST_MS, HELD_FIRST_MS * 2 ** (count - 2));
  return { count, until: now + held, exitCode, at: now };
}

/** How many replicas of the workload's revision may be started now, of `wanted`, and why not all. */
export function crashRoom(
  wanted: number,
  groups: BurstGroup[],
  { revision }: Pick<Workload, 'revision'>,
  state: PlannerState | undefined,
  now: number,
): { room: number; reasons: Reason[] } {
  const crashes = state?.crashes?.[revision];
  if (!crashes || crashes.count < 2) return { room: wanted, reasons: [] };
  const own = groups.filter((group) => group.revision === revision || group.inFlight === 'create');
  const steady = own.filter((group) => isSteady(group, now)).length;
  const starting = own.filter(({ health }) => health === 'starting').length;
  const allowed = now < crashes.until ? 0 : Math.max(0, Math.max(1, steady) - starting);
  const room = Math.min(wanted, allowed);
  if (room === wanted) return { room, reasons: [] };
  const values = {
    count: crashes.count,
    exit: crashes.exitCode ?? 'unknown',
    seconds: Math.max(0, Math.ceil((crashes.until - now) / 1000)),
    waiting: wanted - room,
  };
  return { room, reasons: [reason('crash-loop', values)] };
}

/** The refusal of a revision whose image Azure cannot have, when no replica of it proves otherwise. */
export function imageRefusal(groups: BurstGroup[], { revision, spec }: Workload): PlannerState['refusedRevision'] {
  const own = groups.filter((group) => group.revision === revision);
  const refused = own.find(({ state }) => state === 'image-refused');
  if (!refused || own.some(({ health }) => health === 'serving')) return undefined;
  const said = refused.fault?.message ?? 'it is not accessible';
  const message = `the image ${spec.image} could not be pulled: ${said}`.slice(0, 300);
  return { revision, failure: { class: 'permanent', code: 'InaccessibleImage', message } };
}
