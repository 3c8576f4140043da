// The claim of what workloads share, before the creates leave. With one workload nothing is shared and nothing is asked.
// Fails closed: creates whose reservation lost the row three times wait for the next evaluation.

import { homeKey, homesOf } from '../placement/offering.ts';
import { othersClaim, reserve } from '../placement/pool.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Workload } from '../workload/workload.ts';
import type { Context } from './context.ts';
import type { Action, Observation } from './plan-types.ts';
import { readPool } from './read-pool.ts';

const TRIES = 3;

export interface Reserved {
  actions: Action[];
  reasons: Reason[];
}

type Create = Extract<Action, { kind: 'create-group' }>;

/** What others have reserved or may claim first, by home; undefined where nothing is shared. */
export async function readOthers(
  context: Pick<Context, 'ports' | 'workloads' | 'log'>,
  workload: Workload,
): Promise<Observation['others']> {
  if (context.workloads.length < 2) return undefined;
  const now = context.ports.clock.now();
  const rows = await Promise.all(
    homesOf(workload).map(async (home) => {
      const found = await readPool(context, workload.name, homeKey(home));
      return [homeKey(home), othersClaim(found?.row, workload.name, workload.scaling.priority ?? 0, now)] as const;
    }),
  );
  return Object.fromEntries(rows);
}

/** The actions without the creates that were not granted. `unmet` groups found no room in the plan. */
export async function reserveAll(
  context: Pick<Context, 'ports' | 'workloads' | 'log'>,
  workload: Workload,
  actions: Action[],
  planned: Observation['others'],
  unmet: number,
): Promise<Reserved> {
  const creates = actions.filter((action) => action.kind === 'create-group');
  if (context.workloads.length < 2 || (creates.length === 0 && unmet === 0)) return { actions, reasons: [] };
  const reasons: Reason[] = [];
  const dropped = new Set<Action>();
  const byHome = Map.groupBy(creates, homeKey);
  for (const home of homesOf(workload).map(homeKey)) {
    const here: Create[] = byHome.get(home) ?? [];
    if (here.length === 0 && unmet === 0) continue;
    const granted = await claimIn(context, workload, home, {
      wanted: here.length,
      unmet,
      planned: planned?.[home] ?? 0,
    });
    for (const action of here.slice(granted)) dropped.add(action);
    if (granted < here.length) reasons.push(reason('pool-taken', { home, count: here.length - granted }));
  }
  return { actions: actions.filter((action) => !dropped.has(action)), reasons };
}

async function claimIn(
  context: Pick<Context, 'ports' | 'log'>,
  workload: Workload,
  home: string,
  { wanted, unmet, planned }: { wanted: number; unmet: number; planned: number },
): Promise<number> {
  const wish = { workload: workload.name, priority: workload.scaling.priority ?? 0, wanted, unmet };
  const { ports } = context;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const found = await readPool(context, workload.name, home);
    const { row, granted } = reserve(found?.row, { ...wish, now: ports.clock.now() }, planned);
    if (await ports.pools.write(home, row, found?.etag)) return granted;
  }
  return 0;
}
