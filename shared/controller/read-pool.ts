// What is claimed of what workloads share: of a region, of a zone or of a gateway.

import type { PoolRow } from '../ports/pools.ts';
import type { Context } from './context.ts';

/** One that cannot be read is told, and is as none: it was removed, and what it held would have ended within minutes. */
export async function readPool(
  { ports, log }: Pick<Context, 'ports' | 'log'>,
  workload: string,
  pool: string,
): Promise<{ row: PoolRow; etag: string } | undefined> {
  const found = await ports.pools.read(pool);
  if (found !== 'unreadable') return found;
  log.warn('claims-unread', { workload, pool });
  return undefined;
}
