import { describe, expect, it } from 'vitest';
import type { Action } from '../../../shared/controller/plan-types.ts';
import { readOthers, reserveAll } from '../../../shared/controller/reserve.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { memoryPools } from '../../../tools/simulation/memory-pools.ts';
import { NOW } from '../../support/observation-of.ts';
import { workloadOf } from '../../support/workload-of.ts';

const orders = workloadOf();
const mails = { ...orders, name: 'mails' };

const silent = { info: () => {}, warn: () => {} };

const contextOf = (workloads = [orders, mails], pools = memoryPools()) => ({
  workloads,
  ports: { clock: { now: () => NOW }, pools } as Ports,
  log: silent,
});

const creates = (count: number): Action[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'create-group',
    name: `g-${index}`,
    ordinal: index,
    location: 'westeurope',
    tags: {},
  }));

describe('two plans made at the same time', () => {
  it('do not both get the last groups: the second one sends fewer, and says so', async () => {
    const context = contextOf();
    expect((await reserveAll(context, orders, creates(4), { westeurope: 0 }, 0)).actions).toHaveLength(4);
    const second = await reserveAll(context, mails, creates(5), { westeurope: 0 }, 0);
    expect(second.actions).toHaveLength(1);
    expect(second.reasons).toMatchObject([{ code: 'pool-taken', values: { home: 'westeurope', count: 4 } }]);
    expect(await readOthers(context, orders)).toEqual({ westeurope: 1, northeurope: 0 });
  });

  it('a row that is always written by someone else first grants nothing', async () => {
    const pools = { ...memoryPools(), write: async () => false };
    const drain: Action = { kind: 'drain-group', name: 'g', tags: {} };
    const reserved = await reserveAll(contextOf([orders, mails], pools), orders, [...creates(2), drain], undefined, 0);
    expect(reserved.actions).toEqual([drain]);
  });
});

it('one workload alone shares nothing and asks no store', async () => {
  const context = { workloads: [orders], ports: { clock: { now: () => NOW } } as Ports, log: silent };
  expect(await readOthers(context, orders)).toBeUndefined();
  expect((await reserveAll(context, orders, creates(3), undefined, 2)).actions).toHaveLength(3);
});
