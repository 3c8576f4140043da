import type { PoolRow, Pools } from '../../shared/ports/pools.ts';
import { jsonCopy, type Keep } from './json-copy.ts';

/** The pools as a map with versions that are never used twice, and what makes it empty. */
export function losablePools(keep: Keep = jsonCopy): { pools: Pools; losePools: () => void } {
  const rows = new Map<string, { row: PoolRow; etag: string }>();
  let version = 0;
  const pools: Pools = {
    read: async (home) => rows.get(home),
    async write(home, row, etag) {
      if (rows.get(home)?.etag !== etag) return false;
      rows.set(home, keep({ row, etag: String(++version) }));
      return true;
    },
  };
  return { pools, losePools: () => rows.clear() };
}

export const memoryPools = (): Pools => losablePools().pools;
