// What a check of a promise sees, and when it is asked. Checks know the truth of the simulated Azure, which the controller
// only learns through its ports.

import type { Decision } from '../../../shared/controller/plan-types.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import type { AzureModel } from '../../local/azure/azure.ts';
import type { BillingRecord, ContainerGroup } from '../../local/azure/container-group.ts';
import type { Clock } from '../../local/clock.ts';
import type { Call } from '../faults/call-faults.ts';
import type { DeclaredWorkload } from '../world/declare.ts';
import type { FluidQueue } from '../world/fluid-queue.ts';
import type { Replicas } from '../world/replicas.ts';

/** Numbers of the promises in the design; 0 is an error of our own, 9 is what discovery promises. */
export type PromiseNumber = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export interface Violation {
  promise: PromiseNumber;
  /** Epoch ms, simulated. */
  at: number;
  what: string;
}

/** A simulated workload: what is declared now, and what is true of it. */
export interface LivingWorkload {
  workload: Workload;
  declaration: DeclaredWorkload;
  queue: FluidQueue;
  replicas: Replicas;
}

/** One evaluation under way, as an observer sees it. */
export interface Watch {
  workload: string;
  startedAt: number;
  /** Readings of demand and of capacity that failed or were not true. */
  blind: string[];
  /** Serving capacity that it drained, stopped or deleted. */
  removed: string[];
  /** Changes that it sent to Azure. */
  writes: number;
}

export interface Truth {
  clock: Clock;
  model: AzureModel;
  workloads: ReadonlyMap<string, LivingWorkload>;
  quietFrom: number;
  end: number;
  declared(name: string): boolean;
  /** What the controller takes for the time. */
  controllerNow(): number;
  /** Since when the controller and Azure's management work; Infinity while they do not. */
  undisturbedSince(): number;
  /** When each process of the controller began. */
  starts(): readonly number[];
  /** Drains in the planner state as last saved. */
  savedDrains(workload: string): Record<string, number>;
  /** When planner state as last saved began: it was lost just before. Epoch ms. */
  stateBornAt(workload: string): number;
  /** How many evaluations saved planner state, whether or not anyone heard of what they decided, and when the last observed. */
  claims(workload: string): { count: number; observedAt: number };
  /** Addresses in the registry's document as last written. */
  registered(workload: string): readonly string[];
  /** Who waits to drain until it is out of discovery, in the planner state as last saved. */
  savedLeaving(workload: string): ReadonlySet<string>;
  /** Whether replicas of that revision end by themselves all the time, so that their work is cut short anyway. */
  crashes?(revision: string | undefined): boolean;
  /** Bills that are open now, of container groups. */
  openBills(): readonly BillingRecord[];
  violate(promise: PromiseNumber, what: string): void;
  /** Notes that a case which a promise is about came up. */
  cover(what: string): void;
}

export interface Check {
  /** As a call to Azure is about to have its effect; `watch` is the evaluation that made it, if one did. */
  before?(call: Call, watch: Watch | undefined): void;
  /** Right after that. */
  after?(call: Call, watch: Watch | undefined): void;
  decided?(decision: Decision, watch: Watch): void;
  /** Each ten simulated seconds. */
  tick?(): void;
  atEnd?(): void;
}

export const TICK_MS = 10_000;

const LOOP_RESTARTS = 3;
const LOOP_MS = 60_000;

/**
 * A container that crashed so often, and began again (`since`) only lately, is in a crash loop: it is not well though it runs.
 * Who hears of it later by `delay` may take it for one for longer.
 */
export const loops = ({ restarts }: ContainerGroup, since: number, at: number, delay = 0): boolean =>
  restarts >= LOOP_RESTARTS && at - since < LOOP_MS + delay;

/** Each replica does its work once and ends; none is ever stopped. */
export const isOneShot = ({ declaration }: LivingWorkload): boolean => declaration.longestLife !== undefined;

export const workloadOfGroup = (truth: Truth, tags: Record<string, string>): LivingWorkload | undefined =>
  truth.workloads.get(tags['spillway-workload'] ?? '');

/** The group that a call on container groups names. */
export function groupOfCall({ model }: Truth, { args: [first] }: Call): ContainerGroup | undefined {
  const name = typeof first === 'string' ? first : (first as { name?: string } | undefined)?.name;
  return name === undefined ? undefined : model.groups.named(name)[0];
}
