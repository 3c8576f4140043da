// All policies by name: Spillway in its three shapes, the peers with their knobs, and the clairvoyant.

import type { Policy, PolicyKind } from '../policy.ts';
import type { Script } from '../trace.ts';
import { workloadOf, type Declared, type PLACES } from '../workload.ts';
import { AWS_STEP } from './aws-step.ts';
import { AWS_TARGET_TRACKING } from './aws-target-tracking.ts';
import { AZURE_AUTOSCALE } from './azure-autoscale.ts';
import { Clairvoyant } from './clairvoyant.ts';
import { CLUSTER_AUTOSCALER } from './cluster-autoscaler.ts';
import { HPA_UTILIZATION } from './hpa-utilization.ts';
import { KEDA_JOBS } from './keda-jobs.ts';
import { KEDA } from './keda-queue.ts';
import { KNATIVE } from './knative.ts';
import { NOMAD } from './nomad.ts';
import { Spillway } from './spillway.ts';
import { STATIC_PEAK } from './static-peak.ts';

/** Each with its documented defaults first among the values of its knobs. */
export const PEERS: readonly PolicyKind[] = [
  STATIC_PEAK,
  KEDA,
  KEDA_JOBS,
  HPA_UTILIZATION,
  KNATIVE,
  AZURE_AUTOSCALE,
  AWS_TARGET_TRACKING,
  AWS_STEP,
  CLUSTER_AUTOSCALER,
  NOMAD,
];

const OURS = { spillway: 'both', 'spillway-aci': 'aci', 'spillway-vmss': 'vmss' } as const satisfies Record<
  string,
  keyof typeof PLACES
>;

export const OUR_NAMES = Object.keys(OURS);
export const CLAIRVOYANT = 'clairvoyant';
export const POLICY_NAMES: readonly string[] = [...OUR_NAMES, ...PEERS.map(({ name }) => name), CLAIRVOYANT];

/** What a run needs to know of the user's wishes. */
export interface Wishes {
  targetWait: number;
  /** App settings and the text of a workload file that hold instead of the defaults. */
  settings?: Record<string, string> | undefined;
  workloadFile?: string | undefined;
  /** What is played instead of the built-in workload. */
  deployed?: Declared | undefined;
  /** Groups that the workload's standby pool keeps ready. */
  pool?: number | undefined;
}

/** Values by knob, the default first, for a workload that allows so long a wait. */
export const knobsOf = ({ knobs, waitKnob }: PolicyKind, targetWait?: number): PolicyKind['knobs'] =>
  waitKnob === undefined || targetWait === undefined
    ? knobs
    : { ...knobs, [waitKnob]: [targetWait, ...(knobs[waitKnob]?.slice(1) ?? [])] };

/** Knobs at their documented defaults. */
export const defaultsOf = (kind: PolicyKind, targetWait?: number): Record<string, number> =>
  Object.fromEntries(
    Object.entries(knobsOf(kind, targetWait)).flatMap(([knob, [value]]) =>
      value === undefined ? [] : [[knob, value]],
    ),
  );

/** A policy by name, fresh for one run. `knobs` only turns those of peers. */
export function policyOf(name: string, script: Script, wishes: Wishes, knobs: Record<string, number> = {}): Policy {
  if (name === CLAIRVOYANT) return new Clairvoyant(script, wishes.targetWait);
  const place = Object.entries(OURS).find(([ours]) => ours === name)?.[1];
  if (place) {
    const { settings, workloadFile, deployed, pool } = wishes;
    return new Spillway(workloadOf(place, settings, workloadFile, deployed), undefined, pool);
  }
  const peer = PEERS.find((kind) => kind.name === name);
  if (!peer) throw new Error(`There is no policy ${name}. Policies: ${POLICY_NAMES.join(', ')}.`);
  return peer.make({ ...defaultsOf(peer, wishes.targetWait), ...knobs }, script.scale);
}
