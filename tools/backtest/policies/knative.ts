// The Knative pod autoscaler, on concurrency: the messages in the system, for a worker that takes one at a time
// (containerConcurrency 1, of which 70 % are the target). Pods on virtual nodes.
//
//   tick 2 s, stable window 60 s, panic window 10 % of it, panic threshold 200 %, at most 1000 times up and half down
//
// knative/serving pkg/autoscaler/scaling/autoscaler.go, config/core/configmaps/autoscaler.yaml;
// https://knative.dev/docs/serving/autoscaling/kpa-specific/

import type { PolicyKind } from '../policy.ts';
import { Peer } from './peer.ts';

const TICK_SECONDS = 2;
const STABLE_SECONDS = 60;
const PANIC_SHARE = 0.1;
const PANIC_THRESHOLD = 2;
const UP_RATE = 1000;
const DOWN_RATE = 2;
const UTILIZATION = 0.7;
const GRACE_SECONDS = 30;
const MOST = 100;

/** The decider. Means over its two windows come in, the number of pods wanted comes out. */
export class Knative {
  readonly #target: number;
  readonly #stableSeconds: number;
  #panicSince: number | undefined;
  #ratchet = 0;

  constructor(target: number, stableSeconds: number = STABLE_SECONDS) {
    this.#target = target;
    this.#stableSeconds = stableSeconds;
  }

  get panics(): boolean {
    return this.#panicSince !== undefined;
  }

  next(stableMean: number, panicMean: number, readyPods: number, now: number): number {
    const ready = Math.max(1, readyPods);
    const panicWish = Math.ceil(panicMean / this.#target - 1e-9);
    const bounded = (wish: number): number => Math.min(Math.max(wish, Math.floor(ready / DOWN_RATE)), UP_RATE * ready);
    const stable = bounded(Math.ceil(stableMean / this.#target - 1e-9));
    if (panicWish / ready >= PANIC_THRESHOLD) this.#panicSince = now;
    else if (this.#panicSince !== undefined && this.#panicSince + this.#stableSeconds < now) {
      this.#panicSince = undefined;
      this.#ratchet = 0;
    }
    if (this.#panicSince === undefined) return stable;
    this.#ratchet = Math.max(this.#ratchet, stable, bounded(panicWish));
    return this.#ratchet;
  }
}

/** Keeps one pod until nothing came for the stable window and the grace of the proxy has passed. */
class ToZero {
  #since: number | undefined;

  next(wanted: number, now: number, stableSeconds: number): number {
    if (wanted > 0) this.#since = undefined;
    else this.#since ??= now;
    if (this.#since === undefined) return Math.min(wanted, MOST);
    return now - this.#since >= stableSeconds + GRACE_SECONDS ? 0 : 1;
  }
}

export const KNATIVE: PolicyKind = {
  name: 'knative',
  knobs: { utilization: [UTILIZATION, 0.3, 0.5, 0.9], stableWindow: [STABLE_SECONDS, 120, 300, 600] },
  make: ({ utilization = UTILIZATION, stableWindow = STABLE_SECONDS }) => {
    const decider = new Knative(utilization, stableWindow);
    const toZero = new ToZero();
    return new Peer('groups', 1, TICK_SECONDS, (world, asked) => {
      const { now, serving } = world;
      const stable = world.meanDepth(now - stableWindow, now);
      const panic = world.meanDepth(now - stableWindow * PANIC_SHARE, now);
      if (stable === undefined || panic === undefined) return asked;
      return toZero.next(decider.next(stable, panic, serving, now), now, stableWindow);
    });
  },
};
