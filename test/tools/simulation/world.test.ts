import { expect, it } from 'vitest';
import { settle } from '../../../shared/controller/settle.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { World } from '../../../tools/simulation/world/world.ts';
import { inputOf, NOW } from '../../support/observation-of.ts';

it('counts each evaluation that claims once, also of two at one moment', async () => {
  const world = new World({
    seed: 1,
    releases: false,
    from: NOW,
    quietFrom: NOW,
    poll: () => async () => undefined,
    onRequest: () => {},
  });
  const { planner } = world.ports;
  const claimed = plan(inputOf()).state;
  const etag = await planner.save('orders', claimed, undefined);
  const settled = await planner.save('orders', settle(claimed, [], 'revision', NOW), etag);
  expect(world.claims.get('orders')).toMatchObject({ count: 1, observedAt: NOW });
  await planner.save('orders', plan(inputOf({ state: claimed })).state, settled);
  expect(world.claims.get('orders')).toMatchObject({ count: 2, observedAt: NOW });
});
