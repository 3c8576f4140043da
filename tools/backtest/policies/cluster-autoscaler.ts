// Pods on slow nodes: the HPA on queue length asks for pods, and the Cluster Autoscaler adds a node when a pod finds no room
// and takes one away that has been needed too little for ten minutes. A node is a machine, by default with room for four pods.
//
//   loop 10 s; unneeded: less than half requested and its pods fit elsewhere, for 10 min; none within 10 min of an addition
//
// kubernetes/autoscaler cluster-autoscaler/FAQ.md; the HPA as in hpa.ts, its target as KEDA's.

import type { Policy, PolicyKind } from '../policy.ts';
import type { Machine } from '../world/machines.ts';
import type { Sight } from '../world/world.ts';
import { Behavior, byAverageValue, SYNC_SECONDS } from './hpa.ts';
import { MESSAGE_COUNT } from './keda-queue.ts';

const LOOP_SECONDS = 5;
const UNNEEDED_SECONDS = 600;
const AFTER_ADD_SECONDS = 600;
const RETRY_SECONDS = 60;
const BOUNDS = { least: 1, most: 100 };
const MOST_NODES = 30;

class ClusterAutoscaler implements Policy {
  readonly #target: number;
  readonly #unneededSeconds: number;
  readonly #hpa = new Behavior();
  readonly #room: number;
  #pods = BOUNDS.least;
  #syncAt = 0;
  #addedAt = -Infinity;
  #retryAt = 0;
  #unneededSince = new Map<string, number>();

  constructor(target: number, unneededSeconds: number, room: number) {
    this.#room = room;
    this.#target = target;
    this.#unneededSeconds = unneededSeconds;
  }

  act(world: Sight): number {
    if (world.now >= this.#syncAt) {
      this.#pods = this.#hpa.next(byAverageValue(world.depth, this.#target, this.#pods), this.#pods, world.now, BOUNDS);
      this.#syncAt = world.now + SYNC_SECONDS;
    }
    this.#addNodes(world);
    this.#removeNodes(world);
    this.#schedule(world);
    return world.now + LOOP_SECONDS;
  }

  /** Pods fill the oldest nodes first; a node that starts takes pods when it is ready. */
  #schedule(world: Sight): void {
    let left = this.#pods;
    let changes = 0;
    for (const node of world.machines.list) {
      const pods = node.readyAt <= world.now ? Math.min(this.#room, left) : 0;
      left -= pods;
      if (node.readyAt > world.now || node.replicas === pods) continue;
      changes += Math.abs(pods - node.replicas);
      node.replicas = pods;
    }
    if (changes > 0) world.changed(changes);
  }

  #addNodes(world: Sight): void {
    const { machines, now } = world;
    const wanted = Math.min(MOST_NODES, Math.ceil(this.#pods / this.#room));
    const missing = wanted - machines.list.length;
    if (missing <= 0 || now < this.#retryAt) return;
    if (machines.add(missing, now, 0)) this.#addedAt = now;
    else this.#retryAt = now + RETRY_SECONDS;
    world.changed(0);
  }

  #removeNodes(world: Sight): void {
    const { machines, now } = world;
    const ready = machines.list.filter(({ readyAt }) => readyAt <= now);
    let free = ready.reduce((room, { replicas }) => room + this.#room - replicas, 0);
    const gone = new Set<string>();
    for (const node of ready.toReversed()) {
      if (!this.#unneeded(node, free)) this.#unneededSince.delete(node.id);
      else if (this.#overdue(node.id, now)) {
        gone.add(node.id);
        free -= this.#room;
      }
    }
    if (gone.size === 0) return;
    machines.remove(gone);
    world.changed(0);
  }

  #unneeded({ replicas }: Machine, free: number): boolean {
    const elsewhere = free - (this.#room - replicas);
    return replicas < this.#room / 2 && elsewhere >= replicas;
  }

  #overdue(id: string, now: number): boolean {
    const since = this.#unneededSince.get(id) ?? now;
    this.#unneededSince.set(id, since);
    return now - since >= this.#unneededSeconds && now - this.#addedAt >= AFTER_ADD_SECONDS;
  }
}

export const CLUSTER_AUTOSCALER: PolicyKind = {
  name: 'cluster-autoscaler',
  knobs: { messageCount: [MESSAGE_COUNT, 1, 2, 10], unneeded: [UNNEEDED_SECONDS, 120, 300] },
  make: ({ messageCount = MESSAGE_COUNT, unneeded = UNNEEDED_SECONDS }, { replicasPerInstance }) =>
    new ClusterAutoscaler(messageCount, unneeded, replicasPerInstance),
};
