// Takes workloads out of listings that are theirs no more: all of a workload that is not declared any more, and those that a
// workload had before its settings named others or none. Where it was listed is remembered, because nothing else tells it
// later. A listing that a declared workload has now is that one's, and is left to it.

import { servesOf } from '../discovery/declared.ts';
import { AzureFailure } from '../ports/errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Workload } from '../workload/workload.ts';
import { claimed } from './claim-write.ts';
import type { Context } from './context.ts';

/** Resource ids of record sets and pools; and the registry's document, which has none. */
const REGISTRY = 'registry';

/** What stands in the way is told again after this. */
const TOLD_AGAIN_MS = 24 * 3_600_000;

interface ListedAt {
  now: string[];
  /** Named by its settings no more, and not seen to be empty yet. */
  former?: string[] | undefined;
}

/** Where each workload is or was listed, those included that are gone and not out of it yet. */
export type Listed = Record<string, ListedAt>;

/** When it was last told what stands in the way of emptying a listing, by both. */
export type Told = Record<string, number>;

const MARK = 'listings';

export const readListed = async ({ controls }: Pick<Ports, 'controls'>): Promise<Listed> =>
  ((await controls.mark(MARK))?.value ?? {}) as Listed;

/** Remembers where these are listed, and were; written only when that changed. */
export async function rememberListed({ controls, clock }: Ports, workloads: readonly Workload[]): Promise<void> {
  const known = await readListed({ controls });
  // One that only looks on writes no listing, and gives up none.
  const enforced = workloads.filter(({ scaling }) => scaling.mode === 'enforce');
  const changed = enforced.flatMap((workload) => {
    const listed = listedAt(workload, known[workload.name]);
    return listed ? [[workload.name, listed] as const] : [];
  });
  const all = { ...known, ...Object.fromEntries(changed) };
  if (JSON.stringify(all) !== JSON.stringify(known)) await controls.setMark(MARK, clock.now(), all);
}

function listedAt(workload: Workload, known: ListedAt | undefined): ListedAt | undefined {
  const declared = servesOf(workload);
  if (!declared && !known) return undefined;
  const { recordSet, backendPool } = declared ?? {};
  const now = [recordSet, backendPool, declared && REGISTRY].flatMap((id) => id ?? []);
  const had = new Set([...(known?.now ?? []), ...(known?.former ?? [])]);
  const former = [...had].filter((id) => !now.some((each) => same(each, id)));
  return former.length > 0 ? { now, former } : { now };
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Listings that are to be emptied, each as `<workload> <id>`. */
export function unwanted(listed: Listed, declared: readonly string[]): string[] {
  const taken = declared.flatMap((name) => listed[name]?.now ?? []).filter((id) => id !== REGISTRY);
  return Object.entries(listed).flatMap(([name, { now, former = [] }]) =>
    [...(declared.includes(name) ? [] : now), ...former]
      .filter((id) => !taken.some((each) => same(each, id)))
      .map((id) => `${name} ${id}`),
  );
}

/**
 * Empties those listings of `unwanted`. Only what is seen to be empty is forgotten; the others are looked at again at the
 * next sweep, as is what could not be written. Answers what was told lately, to be given to the next one.
 */
export async function unlist(
  { ports, log }: Pick<Context, 'ports' | 'log'>,
  { due, listed, declared, told }: { due: readonly string[]; listed: Listed; declared: readonly string[]; told: Told },
): Promise<Told> {
  const now = ports.clock.now();
  const lately = Object.fromEntries(Object.entries(told).filter(([, at]) => now - at < TOLD_AGAIN_MS));
  const empty = new Set<string>();
  for (const entry of due) {
    const [workload = '', listing = ''] = entry.split(' ');
    const outcome = await emptied({ ports, log }, workload, listing);
    const what = `${entry} ${outcome}`;
    if (outcome === 'empty') empty.add(entry);
    else if (!(what in lately)) {
      log.warn('workload-unlisted', { workload, listing, outcome });
      if (outcome !== 'accepted') lately[what] = now;
    }
  }
  // Whom nobody declares is forgotten with the last listing to be emptied; what another one has now is forgotten, too.
  const waiting = new Set(unwanted(listed, declared).filter((entry) => !empty.has(entry)));
  const left = Object.entries(listed).flatMap(([name, { now, former = [] }]) => {
    const waits = (id: string): boolean => waiting.has(`${name} ${id}`);
    const kept = { now: declared.includes(name) ? now : now.filter(waits), former: former.filter(waits) };
    if (kept.now.length + kept.former.length === 0) return [];
    return [[name, kept.former.length > 0 ? kept : { now: kept.now }] as const];
  });
  const all = Object.fromEntries(left);
  if (JSON.stringify(all) !== JSON.stringify(listed)) await ports.controls.setMark(MARK, now, all);
  return lately;
}

/** `empty` when it was read so; else what became of emptying it. */
async function emptied(context: Pick<Context, 'ports' | 'log'>, workload: string, listing: string): Promise<string> {
  try {
    if (listing === REGISTRY) return await emptiedDocument(context.ports.registry, workload);
    return await emptiedAt(context, workload, listing);
  } catch (error) {
    if (error instanceof AzureFailure) return error.failure.code;
    throw error;
  }
}

async function emptiedAt(context: Pick<Context, 'ports' | 'log'>, workload: string, id: string): Promise<string> {
  const { ports } = context;
  const listings = /\/backendAddressPools\//i.test(id) ? ports.backendPools : ports.recordSets;
  const found = await listings.read(id);
  if (!found || found.addresses.length === 0) return 'empty';
  // Counted, so that others wait for it, but it waits for nobody: the groups in it go next, whoever else writes. A listing is
  // emptied once, and once more at the next sweep where Azure refused.
  await claimed(context, workload, id, Infinity);
  const outcome = await listings.publish(id, { ...found, addresses: [] });
  return outcome.status === 'failed' ? outcome.failure.code : 'accepted';
}

async function emptiedDocument(registry: Ports['registry'], workload: string): Promise<string> {
  const found = await registry.read(workload);
  // What cannot be read sends nobody anywhere.
  if (!found?.document || found.document.members.length === 0) return 'empty';
  const written = await registry.write(workload, { ...found.document, members: [] }, found.etag);
  return written ? 'accepted' : 'Conflict';
}
