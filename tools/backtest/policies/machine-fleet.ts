// The capacity of a scale set or an Auto Scaling group: instances are added when it rises and the newest removed when it
// falls. A request that Azure refuses is repeated.

import type { Sight } from '../world/world.ts';

const RETRY_SECONDS = 30;

export class MachineFleet {
  #retryAt = 0;

  reconcile(world: Sight, desired: number): void {
    const { machines, now } = world;
    const missing = desired - machines.list.length;
    if (missing > 0 && now >= this.#retryAt) {
      if (machines.add(missing, now)) world.changed(missing * world.replicasPerInstance);
      else this.#retryAt = now + RETRY_SECONDS;
    }
    if (missing >= 0) return;
    const leaving = machines.list.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, -missing);
    machines.remove(new Set(leaving.map(({ id }) => id)));
    world.changed(-missing * world.replicasPerInstance);
  }
}
