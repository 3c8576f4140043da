// One write to a zone or a gateway, claimed in the row that all workloads see.

import { claimWrite, writeKey } from '../discovery/write-budget.ts';
import type { Context } from './context.ts';
import { readPool } from './read-pool.ts';

const TRIES = 3;

/** Whether `workload` may write `id` now. With an infinite `most` it always may, and others find the write counted. */
export async function claimed(
  context: Pick<Context, 'ports' | 'log'>,
  workload: string,
  id: string,
  most: number,
): Promise<boolean> {
  const { pools, clock } = context.ports;
  const key = writeKey(id);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const found = await readPool(context, workload, key);
    const { row, granted } = claimWrite(found?.row, workload, most, clock.now());
    if (await pools.write(key, row, found?.etag)) return granted;
  }
  return false;
}
