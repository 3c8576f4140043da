// KEDA's ScaledJob: at each poll it creates jobs for the messages that are there, and never removes one. A job, a container
// group here, takes messages until it finds none, and ends by itself.
//
//   pollingInterval 30 s, maxReplicaCount 100, strategy `default`: for queues that count what a job holds, as Service Bus does;
//   `accurate` is for those that hide it, `eager` fills up to the maximum
//
// https://keda.sh/docs/2.20/reference/scaledjob-spec/; pkg/scaling/executor/scale_jobs.go, pkg/scaling/scaledjob/metrics.go. In
// `accurate` jobs that did not start yet are left out of the check of the maximum, as since KEDA 2.19 (issue 7329).

import type { Policy, PolicyKind } from '../policy.ts';
import type { Sight } from '../world/world.ts';
import { GroupFleet } from './group-fleet.ts';

const POLLING_SECONDS = 30;
const LOOK_SECONDS = 5;
const MOST = 100;

export type Strategy = 'default' | 'accurate' | 'eager' | { customPercent: number };

export interface Jobs {
  /** Messages, and how many one job is for. */
  queue: number;
  target: number;
  most: number;
  /** Jobs that have not ended, and those of them of which no pod has started. */
  running: number;
  pending: number;
}

/** How many jobs a poll creates. */
export function jobsToCreate({ queue, target, most, running, pending }: Jobs, strategy: Strategy): number {
  const wanted = Math.ceil(queue / target);
  const bounded = Math.min(wanted, most);
  if (typeof strategy === 'object') {
    const custom = Math.min(bounded - Math.trunc(running * strategy.customPercent), most);
    return Math.min(wanted, Math.max(0, custom));
  }
  switch (strategy) {
    case 'default':
      return Math.min(wanted, Math.max(0, bounded - running));
    case 'accurate':
      return Math.min(wanted, Math.max(0, bounded + running - pending > most ? most - running : bounded - pending));
    case 'eager':
      return Math.max(0, Math.min(most - running - pending, bounded));
  }
}

class KedaJobs implements Policy {
  readonly #target: number;
  readonly #strategy: Strategy;
  readonly #fleet = new GroupFleet();
  #pollAt = 0;

  constructor(target: number, strategy: Strategy) {
    this.#target = target;
    this.#strategy = strategy;
  }

  act(world: Sight): number {
    const { now, depth, serving } = world;
    const running = this.#fleet.live(world).length;
    // Those that find no message end; those that start do not know yet.
    const idle = Math.max(0, serving - depth);
    if (idle > 0) this.#fleet.end(world, idle);
    else if (now >= this.#pollAt) {
      const jobs = { queue: depth, target: this.#target, most: MOST, running, pending: running - serving };
      this.#fleet.reconcile(world, running + jobsToCreate(jobs, this.#strategy));
    }
    if (now >= this.#pollAt) this.#pollAt = now + POLLING_SECONDS;
    return Math.min(this.#pollAt, now + LOOK_SECONDS);
  }
}

export const KEDA_JOBS: PolicyKind = {
  name: 'keda-jobs',
  knobs: { messages: [1, 5, 20, 60], eager: [0, 1] },
  make: ({ messages = 1, eager = 0 }) => new KedaJobs(messages, eager === 1 ? 'eager' : 'default'),
};
