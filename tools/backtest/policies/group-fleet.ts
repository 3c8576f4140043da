// What stands behind a peer that asks for a number of pods: a controller that starts what is missing and ends what is too
// much, as a ReplicaSet on virtual nodes does. Failed groups are replaced. What is not ready goes first, then the newest.

import { serves, type Group } from '../world/groups.ts';
import type { Sight } from '../world/world.ts';

/** A refused create is tried again after so long. */
const RETRY_SECONDS = 10;

export class GroupFleet {
  #made = 0;
  #retryAt = 0;

  /** Groups that serve or start. */
  live({ groups, now }: Sight): Group[] {
    return [...groups.byName.values()].filter((group) => !(group.fails && group.readyAt <= now));
  }

  reconcile(world: Sight, desired: number): void {
    const { groups, now } = world;
    for (const group of groups.byName.values()) if (group.fails && group.readyAt <= now) this.#end(world, group);
    const live = this.live(world);
    if (live.length < desired) this.#start(world, desired - live.length);
    const newestFirst = live.toSorted(
      (a, b) => Number(b.readyAt > now) - Number(a.readyAt > now) || b.createdAt - a.createdAt || b.ordinal - a.ordinal,
    );
    for (const group of newestFirst.slice(0, Math.max(0, live.length - desired))) this.#end(world, group);
  }

  /** Ends so many of those that serve, the newest first. */
  end(world: Sight, count: number): void {
    const { groups, now } = world;
    const serving = [...groups.byName.values()].filter((group) => serves(group, now));
    for (const group of serving.toReversed().slice(0, count)) this.#end(world, group);
  }

  #start(world: Sight, count: number): void {
    for (let started = 0; started < count && world.now >= this.#retryAt; started++) {
      const ordinal = ++this.#made;
      const pod = { name: `pod-${ordinal}`, ordinal, location: 'eastus', tags: {} };
      if (world.groups.create(pod, world.now)) this.#retryAt = world.now + RETRY_SECONDS;
      else world.changed(1);
    }
  }

  #end(world: Sight, { name }: Group): void {
    if (world.groups.delete(name, world.now)) world.changed(1);
  }
}
