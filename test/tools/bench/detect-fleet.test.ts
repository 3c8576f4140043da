// The benchmark's fleet, small: the bound holds for every kind of sign.

import { expect, it } from 'vitest';
import { measure, putFleet, workloadOf, type Sign } from '../../../tools/bench/detect-fleet.ts';
import { AzureModel } from '../../../tools/local/azure/azure.ts';
import { SimulatedClock } from '../../../tools/local/clock.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { begin } from '../../support/azure-samples.ts';

async function run(sign: Sign) {
  const clock = new SimulatedClock(begin);
  const model = new AzureModel({ clock, seed: 3 });
  const workload = workloadOf(200, sign);
  await putFleet(model, clock, workload);
  const byIp = new Map(model.groups.all().map((group) => [group.ip, group]));
  const probes: Ports['probes'] = {
    probe: async ({ ip }) => (byIp.get(ip)?.running ? 'healthy' : 'unreachable'),
  };
  return measure({ clock, model, workload, sign, kills: 20, real: { probes } }, 30);
}

it.each<Sign>(['probe', 'poll', 'arm'])('replicas that die are found within 30 s by %s', async (sign) => {
  const { seconds, undetected, readsPerMinute } = await run(sign);
  expect(undetected).toBe(0);
  expect(seconds).toHaveLength(20);
  expect(seconds.at(-1)).toBeLessThanOrEqual(30);
  expect(readsPerMinute).toBeLessThan(1_500);
});
