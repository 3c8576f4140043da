// The fields of workloads/*.yaml, as one table. The parser and the docs derive from it.

import { z } from 'zod';
import type { Kind } from './kinds.ts';
import { choice, integer, number, resourceId, text } from './kinds.ts';
import { placementKind, type Placement } from './placement.ts';
import type { Drain, WorkloadSpec } from './workload.ts';

/** All that a workload file says. */
export interface WorkloadFile extends WorkloadSpec {
  name: string;
  replicasPerInstance: number;
  drain: Drain;
  placement?: Placement | undefined;
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

const variableName = z.string().regex(/^[A-Za-z_.-][\w.-]*$/, { error: 'is not a name of an environment variable' });

const variables = (what: string, value: z.ZodType<string>): Kind<Record<string, string>> => ({
  allowed: `a map of names (letters, digits, _, - and .) to ${what}`,
  schema: z.record(variableName, value, { error: 'is not a map' }),
});

/** The shape of a workload's name; it is a part of the names of its container groups. */
export const workloadName = text(
  '1 to 24 characters: lower-case letters, digits and inner hyphens',
  /^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$/,
  'is not a name of a workload',
);

/**
 * Every field of a workload file, in the order of the docs. A replica on Azure Container Instances is a container group
 * of its own, and a group has at least 1 vCPU and 1 GB and at most 31 vCPU and 240 GB (quotas of the service).
 */
export const FIELDS: readonly Field[] = [
  field('name', { kind: workloadName, defaultText: 'name of the file', rank: 'first', help: 'Name of the workload.' }),
  field('image', {
    kind: text('an image with tag or digest, such as contoso.azurecr.io/worker:1.0', /^[a-z0-9][\w./:@-]*\w$/i),
    required: true,
    rank: 'first',
    help: 'Image of the replica.',
  }),
  field('cpu', { kind: number(1, 31), unit: 'vCPU', default: 1, rank: 'first', help: 'Size of one replica.' }),
  field('memoryInGB', {
    kind: number(1, 240),
    unit: 'GB',
    default: 2,
    rank: 'first',
    help: 'Memory of one replica. Above 4 vCPU or 16 GB Azure wants a quota request first.',
  }),
  field('replicasPerInstance', {
    kind: integer(1, 1000),
    default: 1,
    rank: 'first',
    help: 'Replicas that one instance of the scale set runs.',
  }),
  field('environment', {
    kind: variables('text; numbers, true and false need quotes', z.string({ error: 'is not text: put it in quotes' })),
    default: {},
    secret: true,
    rank: 'first',
    help: 'Environment variables that anyone may read.',
  }),
  field('secureEnvironment', {
    kind: variables(
      'the name of the app setting that holds the value',
      z.string({ error: 'is not a name' }).regex(/^\w+$/, { error: 'is not a name of an app setting' }),
    ),
    default: {},
    secret: true,
    rank: 'first',
    help: 'Secret environment variables: name in the container, and name of the app setting that holds the value.',
  }),
  field('identity', {
    kind: resourceId('Microsoft.ManagedIdentity/userAssignedIdentities'),
    rank: 'first',
    help: 'Identity the container runs with: reads the queue, pulls the image.',
  }),
  field('registry', {
    kind: text('a host name such as contoso.azurecr.io', /^[a-z0-9][a-z0-9.-]*[a-z0-9](:\d+)?$/i),
    rank: 'first',
    help: 'Registry from which the identity pulls. Needs `identity`.',
  }),
  field('command', {
    kind: {
      allowed: 'a list of texts, such as ["node", "worker.js"]',
      schema: z.array(z.string({ error: 'is not text' }), { error: 'is not a list' }).min(1, { error: 'is empty' }),
    },
    rank: 'advanced',
    help: "Replaces the image's command.",
  }),
  field('placement', {
    kind: placementKind,
    rank: 'advanced',
    help: 'Where burst replicas may go and what they owe each other; replaces SPILLWAY_LOCATIONS.',
  }),
  field('drain', {
    kind: {
      allowed: 'none, poll, or http with the path and the port of the hook: { http: { path: /drain, port: 8080 } }',
      choices: ['none', 'poll'],
      schema: z.union(
        [
          z.enum(['none', 'poll']),
          z.strictObject({
            http: z.strictObject({ path: z.string().regex(/^\/\S*$/), port: z.int().min(1).max(65_535) }),
          }),
        ],
        { error: 'is not a kind of drain' },
      ),
    },
    default: 'poll',
    rank: 'advanced',
    help: 'How a replica is told to finish its work before it is stopped: it polls, it is called, or not at all.',
  }),
  field('probe', {
    kind: {
      allowed:
        'path and port, such as { path: /healthz, port: 8080 }, and periodSeconds, timeoutSeconds, failureThreshold',
      schema: z.strictObject(
        {
          path: z.string().regex(/^\/\S*$/, { error: 'does not begin with a slash' }),
          port: z.int().min(1).max(65_535),
          periodSeconds: z.int().min(5).max(300).optional(),
          timeoutSeconds: z.int().min(1).max(5).optional(),
          failureThreshold: z.int().min(1).max(10).optional(),
        },
        { error: 'is not a probe' },
      ),
    },
    rank: 'advanced',
    help: 'HTTP probe of each replica: it serves only once this was answered with 200 to 299, and is replaced when not.',
  }),
  field('restartPolicy', {
    kind: choice('Always', 'OnFailure', 'Never'),
    default: 'Always',
    rank: 'advanced',
    help: 'When Azure restarts the container. Unless `Always`, replicas end by themselves and are never stopped.',
  }),
];
