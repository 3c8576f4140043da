// The last line against groups that nobody wants, independent of planning and of workload settings: storage, identity
// and the owner id are all it needs. Two cases, and each group is marked at one sweep and removed at a later one:
//
//   orphan      its workload is not declared any more, while heartbeats come (so someone does know what is declared)
//   unattended  no evaluation of its workload has succeeded for the unattended limit: an outage of ours should not take
//               capacity at a peak, but must not bill for ever either
//
// Listings of a workload that is not declared any more, or that had them before, are emptied by the same two steps, before
// groups go.
// Fails towards leaving groups alone: an unread list or lease removes nothing.

import { mayBill } from '../health/group-health.ts';
import { HEALTH, replicaState } from '../health/replica-state.ts';
import { TAGS } from '../placement/tags.ts';
import type { GroupSummary } from '../ports/container-groups.ts';
import type { WriteOutcome } from '../ports/errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Deployment } from '../workload/workload.ts';
import type { Context } from './context.ts';
import { inParallel } from './in-parallel.ts';
import { observed } from './observed.ts';
import { readListed, unlist, unwanted, type Told } from './unlist.ts';

type SweepContext = Pick<Context, 'ports' | 'log'> & { deployment: Pick<Deployment, 'ownerId' | 'unattendedMinutes'> };

/** A list of declared workloads older than this says nothing. */
const DECLARED_FRESH_MS = 10 * 60_000;
/** No successful evaluation for so long is worth an alert. */
const SILENT_MS = 10 * 60_000;
/** A mark must have stood so long, so that one odd reading removes nothing. */
const MARKED_MS = 60_000;
/** Marks at one time: what Azure deletes between two sweeps, and what surely fits in a row. */
const MOST_MARKS = 500;

export interface SweepResult {
  owned: number;
  marked: string[];
  /** Workloads with groups but without a successful evaluation for ten minutes. */
  silent: string[];
}

/** What a sweep remembers: since when each name was seen to be unwanted, and since when a lease is missing. */
interface SweepMemory {
  marks: Record<string, number>;
  /** Which of those that are only stopped got a mark last: their turn goes on behind it. */
  lastStays?: string | undefined;
  leaseMissing: Record<string, number>;
  /** Since when each listing is nobody's. */
  unlisted: Record<string, number>;
  told: Told;
}

export async function sweep({ ports, deployment, log }: SweepContext): Promise<SweepResult> {
  const now = ports.clock.now();
  const [groups, leases, declared, last, listed] = await Promise.all([
    ports.containerGroups.list(),
    ports.controls.leases(),
    ports.controls.mark('declared'),
    ports.controls.mark('sweep'),
    readListed(ports),
  ]);
  const memory = memoryOf(last?.value);
  const owned = groups.filter((group) => group.tags[TAGS.owner] === deployment.ownerId);
  const known = declared && now - declared.at < DECLARED_FRESH_MS ? (declared.value as string[]) : undefined;
  const judged = judge(owned, {
    now,
    leases,
    memory,
    unattendedMs: deployment.unattendedMinutes * 60_000,
    declared: known,
  });
  const surplus = known === undefined ? [] : unwanted(listed, known);
  const unlisted = Object.fromEntries(surplus.map((listing) => [listing, memory.unlisted[listing] ?? now]));
  const due = surplus.filter((listing) => now - (unlisted[listing] ?? now) >= MARKED_MS);
  const told = known ? await unlist({ ports, log }, { due, listed, declared: known, told: memory.told }) : memory.told;
  const byName = new Map(owned.map((group) => [group.name, group]));
  const marks = { ...judged.marks };
  await inParallel(judged.due, async (name) => {
    const outcome = await endBill(ports, name, byName.get(name)?.tags ?? {});
    // It may start again: it is marked anew when its turn comes.
    if (outcome === undefined) delete marks[name];
    if (outcome?.status === 'accepted') log.warn('orphan-removed', { name, outcome: outcome.status });
    // What is refused is met again at the next sweep.
    if (outcome?.status === 'failed') log.warn('orphan-stays', { name, outcome: outcome.failure.code });
  });
  for (const workload of judged.silent) log.warn('workload-silent', { workload, minutes: SILENT_MS / 60_000 });
  const { leaseMissing, lastStays, silent } = judged;
  await ports.controls.setMark('sweep', now, { marks, leaseMissing, lastStays, unlisted, told });
  return { owned: owned.length, marked: Object.keys(judged.marks), silent };
}

/** A group of no revision is its user's: it was declared beforehand, and is only ever stopped. */
const wasDeclared = (tags: Record<string, string>): boolean => !(TAGS.revision in tags);

/** Undefined where nothing bills any more. */
async function endBill(
  { containerGroups, clock }: Ports,
  name: string,
  tags: Record<string, string>,
): Promise<WriteOutcome | undefined> {
  // Deleting ends the bill as a stop would, and works in every state.
  if (!wasDeclared(tags)) return containerGroups.delete(name);
  const look = await observed({ clock }, containerGroups.get(name));
  if (look.status === 'failed') return look;
  return mayBill(HEALTH[replicaState(look.value ?? null, clock.now()).state]) ? containerGroups.stop(name) : undefined;
}

interface Evidence {
  now: number;
  leases: Map<string, number>;
  memory: Pick<SweepMemory, 'marks' | 'leaseMissing' | 'lastStays'>;
  unattendedMs: number;
  /** Undefined when nobody lately said what is declared. */
  declared: string[] | undefined;
}

/** Pure: which groups are marked now, and which marks are old enough to act on. */
export function judge(owned: GroupSummary[], { now, leases, memory, unattendedMs, declared }: Evidence) {
  const leaseMissing: Record<string, number> = {};
  const silent = new Set<string>();
  const leaving: { name: string; since: number; stays: boolean }[] = [];
  for (const group of owned) {
    const workload = group.tags[TAGS.workload] ?? '';
    const lease = leases.get(workload);
    if (lease === undefined) leaseMissing[workload] = memory.leaseMissing[workload] ?? now;
    const silentFor = now - (lease ?? leaseMissing[workload] ?? now);
    if (silentFor > SILENT_MS) silent.add(workload);
    const orphan = declared !== undefined && !declared.includes(workload);
    if (!orphan && silentFor <= unattendedMs) continue;
    const { name, tags } = group;
    leaving.push({ name, since: memory.marks[name] ?? now, stays: wasDeclared(tags) });
  }
  // What was marked first goes first; the rest is marked when that is gone. What is only stopped stays, and must not keep
  // the marks from what goes, nor from others that stay: those take turns by name.
  const { lastStays = '' } = memory;
  const turn = (name: string): number => Number(name <= lastStays);
  const marked = leaving
    .sort(
      (a, b) =>
        Number(a.stays) - Number(b.stays) ||
        a.since - b.since ||
        turn(a.name) - turn(b.name) ||
        (a.name < b.name ? -1 : 1),
    )
    .slice(0, MOST_MARKS);
  const due = marked.flatMap(({ name, since }) => (now - since >= MARKED_MS ? [name] : []));
  return {
    marks: Object.fromEntries(marked.map(({ name, since }) => [name, since])),
    lastStays: marked.findLast(({ name, stays }) => stays && !(name in memory.marks))?.name ?? memory.lastStays,
    leaseMissing,
    silent: [...silent],
    due,
  };
}

/** The groups that are about to be removed, so that they can be told, and since when. */
export const marksOf = async ({ controls }: Pick<Ports, 'controls'>): Promise<Record<string, number>> =>
  memoryOf((await controls.mark('sweep'))?.value).marks;

function memoryOf(value: unknown): SweepMemory {
  const memory = value as Partial<SweepMemory> | undefined;
  const { marks = {}, leaseMissing = {}, lastStays, unlisted = {}, told = {} } = memory ?? {};
  return { marks, leaseMissing, lastStays, unlisted, told };
}
