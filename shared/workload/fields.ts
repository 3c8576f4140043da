// The fields of workloads/*.yaml, as one table. The parser and the docs derive from it.

import { z } from 'zod';
import {
  azureProbeKind,
  commandKind,
  containersKind,
  environmentKind,
  imageKind,
  initContainersKind,
  limitsKind,
  mountsKind,
  portsKind,
  secureEnvironmentKind,
  securityContextKind,
} from './container-kinds.ts';
import {
  dnsKind,
  encryptionKind,
  identitiesKind,
  identityKind,
  logAnalyticsKind,
  publicAddressKind,
  registriesKind,
  registryServer,
  tagsKind,
  volumesKind,
} from './group-kinds.ts';
import type { Kind } from './kinds.ts';
import { choice, integer, number, text } from './kinds.ts';
import { drainKind, probeKind } from './replica-kinds.ts';
import { placementKind, type Placement } from './placement.ts';
import { yesNo } from './sections.ts';
import { rulesKind, type RuleDeclaration } from './rules.ts';
import { combineKind, signalsKind, type SignalDeclaration } from './signals.ts';
import type { Drain, WorkloadSpec } from './workload.ts';

/** All that a workload file says. */
export interface WorkloadFile extends WorkloadSpec {
  name: string;
  replicasPerInstance: number;
  drain: Drain;
  placement?: Placement | undefined;
  /** Translated into other fields as the file is read. */
  manifest?: string | Record<string, unknown> | undefined;
  signals?: SignalDeclaration[] | undefined;
  rules?: RuleDeclaration[] | undefined;
  combine?: string | undefined;
}

/** One field of a workload file. */
export interface Field<T = unknown> {
  name: keyof WorkloadFile;
  kind: Kind<T>;
  unit?: string;
  /** Value when the field is absent. */
  default?: T;
  /** What stands for the default in the docs when it is not one value. */
  defaultText?: string;
  required?: true;
  /** True when the field may hold what a careless user took for harmless: it is never repeated in a message. */
  secret?: true;
  help: string;
  rank: 'first' | 'advanced';
}

const field = <N extends keyof WorkloadFile>(
  name: N,
  row: Omit<Field<NonNullable<WorkloadFile[N]>>, 'name'>,
): Field => ({ name, ...row });

/** The shape of a workload's name; it is a part of the names of its container groups. */
export const workloadName = text(
  '1 to 24 characters: lower-case letters, digits and inner hyphens',
  /^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$/,
  'is not a name of a workload',
);

const manifestKind: Kind<string | Record<string, unknown>> = {
  allowed: 'a Pod, Deployment or Job: as a map, as text, or the path of a file in workloads/manifests',
  schema: z.union([z.string(), z.record(z.string(), z.unknown())], { error: 'is neither a map nor text' }),
};

/**
 * Every field of a workload file, in the order of the docs. A replica on Azure Container Instances is a container group
 * of its own, and a group has at least 1 vCPU and 1 GB and at most 31 vCPU and 240 GB (quotas of the service); a single
 * container in it may have less.
 */
export const FIELDS: readonly Field[] = [
  field('name', { kind: workloadName, defaultText: 'name of the file', rank: 'first', help: 'Name of the workload.' }),
  field('image', {
    kind: imageKind,
    required: true,
    rank: 'first',
    help: 'Image of the replica. Each version needs a tag or digest of its own: the same name is the same revision.',
  }),
  field('cpu', {
    kind: number(0.01, 31),
    unit: 'vCPU',
    default: 1,
    rank: 'first',
    help: 'Size of the main container.',
  }),
  field('memoryInGB', {
    kind: number(0.1, 240),
    unit: 'GB',
    default: 2,
    rank: 'first',
    help: 'Its memory. A replica has at least 1 vCPU and 1 GB; above 4 vCPU or 16 GB Azure wants a quota request.',
  }),
  field('replicasPerInstance', {
    kind: integer(1, 1000),
    default: 1,
    rank: 'first',
    help: 'Replicas that one instance of the scale set runs.',
  }),
  field('environment', {
    kind: environmentKind,
    default: {},
    secret: true,
    rank: 'first',
    help: 'Environment variables that anyone may read.',
  }),
  field('secureEnvironment', {
    kind: secureEnvironmentKind,
    default: {},
    secret: true,
    rank: 'first',
    help: 'Secret environment variables: name in the container, and name of the app setting that holds the value (or is a Key Vault reference).',
  }),
  field('identity', {
    kind: identityKind,
    rank: 'first',
    help: 'Identity the container runs with: reads the queue, pulls the image.',
  }),
  field('registry', {
    kind: registryServer,
    rank: 'first',
    help: 'Registry from which the identity pulls. Needs `identity`.',
  }),
  field('command', {
    kind: commandKind,
    rank: 'advanced',
    help: "Replaces the image's command.",
  }),
  field('manifest', {
    kind: manifestKind,
    secret: true,
    rank: 'advanced',
    help: 'A Kubernetes manifest that says what the replica runs: its fields stand in for those here (manifests.md).',
  }),
  field('placement', {
    kind: placementKind,
    rank: 'advanced',
    help: 'Where burst replicas may go and what they owe each other; replaces SPILLWAY_LOCATIONS.',
  }),
  field('signals', {
    kind: signalsKind,
    rank: 'advanced',
    help: 'Named sources of demand beside the queue; SPILLWAY_SIGNALS replaces it.',
  }),
  field('rules', {
    kind: rulesKind,
    rank: 'advanced',
    help: 'What turns signals into replicas; SPILLWAY_RULES replaces it.',
  }),
  field('combine', {
    kind: combineKind,
    defaultText: 'max',
    rank: 'advanced',
    help: 'How the replicas that signals ask for become one number; SPILLWAY_COMBINE replaces it.',
  }),
  field('drain', {
    kind: drainKind,
    default: 'poll',
    rank: 'advanced',
    help: 'How a replica is told to finish its work before it is stopped: it polls, it is called, or not at all.',
  }),
  field('probe', {
    kind: probeKind,
    rank: 'advanced',
    help: 'HTTP probe of each replica: it serves only once this was answered with 200 to 299, and is replaced when not.',
  }),
  field('restartPolicy', {
    kind: choice('Always', 'OnFailure', 'Never'),
    default: 'Always',
    rank: 'advanced',
    help: 'When Azure restarts the container. Unless `Always`, replicas end by themselves and are never stopped.',
  }),
  field('ports', {
    kind: portsKind,
    rank: 'advanced',
    help: 'Ports the main container listens on, TCP and UDP: private in a subnet, and public only with `publicAddress`.',
  }),
  field('publicAddress', {
    kind: publicAddressKind,
    rank: 'advanced',
    help: 'Gives each replica a public address with all `ports`. Not in a subnet.',
  }),
  field('limits', { kind: limitsKind, rank: 'advanced', help: 'Most the main container may use of its group.' }),
  field('volumes', { kind: volumesKind, rank: 'advanced', help: 'Volumes that containers of a replica may mount.' }),
  field('mounts', { kind: mountsKind, rank: 'advanced', help: 'Volumes that the main container sees.' }),
  field('livenessProbe', {
    kind: azureProbeKind,
    rank: 'advanced',
    help: 'Probe that Azure makes of the main container: it is restarted when this fails.',
  }),
  field('readinessProbe', {
    kind: azureProbeKind,
    rank: 'advanced',
    help: 'Probe that Azure makes of the main container; its events say when it fails. Spillway itself goes by `probe`.',
  }),
  field('securityContext', {
    kind: securityContextKind,
    rank: 'advanced',
    help: 'Rights of the processes of the main container.',
  }),
  field('containers', {
    kind: containersKind,
    rank: 'advanced',
    help: 'Containers of a replica beside the main one, whose name is `main`. They share its address and its life.',
  }),
  field('initContainers', {
    kind: initContainersKind,
    rank: 'advanced',
    help: 'Containers that run one after the other before the main one starts.',
  }),
  field('identities', {
    kind: identitiesKind,
    rank: 'advanced',
    help: 'More identities that the containers may use.',
  }),
  field('systemIdentity', {
    kind: yesNo,
    rank: 'advanced',
    help: 'Gives each group an identity of its own besides. Rights cannot be granted to it beforehand.',
  }),
  field('registries', {
    kind: registriesKind,
    rank: 'advanced',
    help: 'More registries to pull from: with an identity, or a user name and a password.',
  }),
  field('dns', { kind: dnsKind, rank: 'advanced', help: 'Name servers; a group does not take those of its network.' }),
  field('logAnalytics', {
    kind: logAnalyticsKind,
    rank: 'advanced',
    help: 'Workspace that gets the output of the containers.',
  }),
  field('encryption', { kind: encryptionKind, rank: 'advanced', help: 'Own key that encrypts the data of the group.' }),
  field('tags', { kind: tagsKind, rank: 'advanced', help: 'Tags of each container group, beside those of Spillway.' }),
];
