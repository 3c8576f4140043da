// Takes a workload out of discovery that is not declared any more. Where it was listed is remembered while it is declared,
// because nothing else tells it later. A listing that a declared workload has now is that one's, and is left to it.

import { servesOf } from '../discovery/declared.ts';
import { AzureFailure } from '../ports/errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Workload } from '../workload/workload.ts';
import type { Context } from './context.ts';

/** Where each workload is listed, those included that are gone and not out of it yet. */
export type Listed = Record<string, { recordSet?: string | undefined; backendPool?: string | undefined }>;

const MARK = 'listed';

export const readListed = async ({ controls }: Pick<Ports, 'controls'>): Promise<Listed> =>
  ((await controls.mark(MARK))?.value ?? {}) as Listed;

/** Remembers where these are listed; written only when that changed. */
export async function rememberListed({ controls, clock }: Ports, workloads: readonly Workload[]): Promise<void> {
  const known = await readListed({ controls });
  const now: Listed = Object.fromEntries(
    workloads.flatMap((workload) => {
      const declared = servesOf(workload);
      if (!declared || workload.scaling.mode !== 'enforce') return [];
      return [[workload.name, { recordSet: declared.recordSet, backendPool: declared.backendPool }]];
    }),
  );
  const all = { ...known, ...now };
  if (JSON.stringify(all) !== JSON.stringify(known)) await controls.setMark(MARK, clock.now(), all);
}

/** Empties the listings of these workloads; those that could not be emptied are tried again at the next sweep. */
export async function unlist(
  { ports, log }: Pick<Context, 'ports' | 'log'>,
  names: readonly string[],
  listed: Listed,
  declared: readonly string[],
): Promise<void> {
  const taken = new Set(declared.flatMap((name) => Object.values(listed[name] ?? {}).map((id) => id?.toLowerCase())));
  const left = { ...listed };
  for (const name of names) {
    const problem = await emptied(ports, name, listed[name] ?? {}, taken);
    if (problem === undefined) delete left[name];
    log.warn('workload-unlisted', { workload: name, outcome: problem ?? 'accepted' });
  }
  if (names.length > 0) await ports.controls.setMark(MARK, ports.clock.now(), left);
}

/** What stood in the way; undefined when nobody is listed any more. */
async function emptied(
  { recordSets, backendPools, registry }: Ports,
  name: string,
  { recordSet, backendPool }: Listed[string],
  taken: ReadonlySet<string | undefined>,
): Promise<string | undefined> {
  const outcomes: Promise<string | undefined>[] = [
    ...(recordSet === undefined || taken.has(recordSet.toLowerCase()) ? [] : [emptiedAt(recordSets, recordSet)]),
    ...(backendPool === undefined || taken.has(backendPool.toLowerCase())
      ? []
      : [emptiedAt(backendPools, backendPool)]),
    emptiedDocument(registry, name),
  ];
  try {
    return (await Promise.all(outcomes)).find((problem) => problem !== undefined);
  } catch (error) {
    if (error instanceof AzureFailure) return error.failure.code;
    throw error;
  }
}

async function emptiedAt(
  listings: Ports['recordSets'] | Ports['backendPools'],
  id: string,
): Promise<string | undefined> {
  const found = await listings.read(id);
  if (!found || found.addresses.length === 0) return undefined;
  const outcome = await listings.publish(id, { ...found, addresses: [] });
  return outcome.status === 'failed' ? outcome.failure.code : undefined;
}

async function emptiedDocument(registry: Ports['registry'], name: string): Promise<string | undefined> {
  const found = await registry.read(name);
  if (!found || found.document.members.length === 0) return undefined;
  const written = await registry.write(name, { ...found.document, members: [] }, found.etag);
  return written ? undefined : 'Conflict';
}
