// KEDA with its HPA on the length of a Service Bus queue, pods on virtual nodes (a container group each). Two loops on
// different clocks: KEDA's own, each 30 s, decides between none and some; the HPA, each 15 s, all else.
//
//   messageCount 5, activation 0, pollingInterval 30 s, cooldownPeriod 300 s (only to zero, from the last active poll),
//   minReplicaCount 0 (1 for the HPA), maxReplicaCount 100
//
// https://keda.sh/docs/2.20/reference/scaledobject-spec/ and /docs/2.20/scalers/azure-service-bus/;
// pkg/scaling/executor/scale_scaledobjects.go

import type { PolicyKind } from '../policy.ts';
import type { Sight } from '../world/world.ts';
import { Behavior, byAverageValue, DOWN_WINDOW_SECONDS, SYNC_SECONDS } from './hpa.ts';
import { Peer } from './peer.ts';

const POLLING_SECONDS = 30;
const COOLDOWN_SECONDS = 300;
const MOST = 100;
export const MESSAGE_COUNT = 5;

/** What both loops remember. */
export class KedaQueue {
  readonly #target: number;
  readonly #hpa: Behavior;
  #activeAt: number | undefined;
  #polledAt = -Infinity;

  constructor(target: number, downWindowSeconds: number) {
    this.#target = target;
    this.#hpa = new Behavior(downWindowSeconds);
  }

  next(depth: number, current: number, now: number): number {
    let replicas = current;
    if (now - this.#polledAt >= POLLING_SECONDS) {
      this.#polledAt = now;
      replicas = this.#poll(depth, current, now);
    }
    // With none the HPA is disabled.
    if (replicas === 0 || current === 0) return replicas;
    return this.#hpa.next(byAverageValue(depth, this.#target, current), current, now, { least: 1, most: MOST });
  }

  #poll(depth: number, current: number, now: number): number {
    if (depth > 0) {
      this.#activeAt = now;
      return Math.max(1, current);
    }
    const cooled = this.#activeAt === undefined || this.#activeAt + COOLDOWN_SECONDS < now;
    return cooled ? 0 : current;
  }
}

export const KEDA: PolicyKind = {
  name: 'keda-queue',
  knobs: { messageCount: [MESSAGE_COUNT, 1, 2, 10, 20], downWindow: [DOWN_WINDOW_SECONDS, 60, 120, 600] },
  make: ({ messageCount = MESSAGE_COUNT, downWindow = DOWN_WINDOW_SECONDS }) => {
    const keda = new KedaQueue(messageCount, downWindow);
    return new Peer('groups', 0, SYNC_SECONDS, ({ depth, now }: Sight, asked) => keda.next(depth, asked, now));
  },
};
