import { expect, it } from 'vitest';
import { apply } from '../../../shared/controller/apply.ts';
import type { Action, PlannerState } from '../../../shared/controller/plan-types.ts';
import { scenario } from '../../support/scenario.ts';

const SECOND = 1000;

/** What becomes of a create of a young state, which reads several names before its PUT, when each read takes so long. */
async function createdWith(
  secondsPerRead: number,
): Promise<{ outcome: string | undefined; reads: number; puts: number }> {
  const { context } = scenario();
  const [workload] = context.workloads;
  if (!workload) throw new Error('There is no workload.');
  const start = context.ports.clock.now();
  let [now, reads, puts] = [start, 0, 0];
  const containerGroups: typeof context.ports.containerGroups = {
    ...context.ports.containerGroups,
    get: async () => {
      reads += 1;
      now += secondsPerRead * SECOND;
      return undefined;
    },
    create: async () => {
      puts += 1;
      return { status: 'accepted' };
    },
  };
  const ports = { ...context.ports, clock: { now: () => now }, containerGroups };
  const home = { location: 'westeurope', place: 'westeurope', name: 'sw-orders-westeurope-0a1b2c3d-1', ordinal: 1 };
  const action: Action = { kind: 'create-group', ...home, tags: {}, replicas: 1 };
  const state = { bornAt: start } as PlannerState;
  const [result] = await apply({ ...context, ports }, workload, state, [action], start + 40 * SECOND);
  return { outcome: result?.outcome, reads, puts };
}

it('a create whose reads by name outlast the deadline is not sent, and reads no further name', async () => {
  expect(await createdWith(1)).toEqual({ outcome: 'accepted', reads: 3, puts: 1 });
  expect(await createdWith(15)).toEqual({ outcome: 'skipped', reads: 3, puts: 0 });
  expect(await createdWith(41)).toEqual({ outcome: 'skipped', reads: 1, puts: 0 });
});
