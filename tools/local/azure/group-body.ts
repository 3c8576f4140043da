// What a PUT of a container group must say, and what of it is ever given back.

import { z } from 'zod';
import { ArmError } from './arm.ts';

const port = z.looseObject({ port: z.int().min(1).max(65_535) });

const container = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be 1-63 lower-case letters, digits and inner hyphens'),
  properties: z.looseObject({
    image: z.string().min(1),
    resources: z.looseObject({
      requests: z.looseObject({ cpu: z.number().positive(), memoryInGB: z.number().positive() }),
    }),
    ports: z.array(port).optional(),
    environmentVariables: z.array(z.looseObject({ name: z.string() })).optional(),
  }),
});

// 60 containers and 5 ports are the hard limits of the service.
const schema = z.looseObject({
  location: z.string().min(1),
  tags: z.record(z.string(), z.string()).default({}),
  zones: z.array(z.string()).optional(),
  properties: z.looseObject({
    containers: z.array(container).min(1).max(60),
    osType: z.enum(['Linux', 'Windows']),
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).default('Always'),
    ipAddress: z.looseObject({ ports: z.array(port).min(1).max(5), type: z.enum(['Public', 'Private']) }).optional(),
    subnetIds: z.array(z.looseObject({ id: z.string() })).optional(),
    sku: z.string().default('Standard'),
    priority: z.enum(['Regular', 'Spot']).optional(),
  }),
});

/** A container group as it was put, with the service's defaults filled in. */
export type GroupBody = z.infer<typeof schema>;

/** Cores and gigabytes the containers of a group ask for together. */
export function resources(body: GroupBody): { cpu: number; memoryInGB: number } {
  const requests = body.properties.containers.map((each) => each.properties.resources.requests);
  const sum = (field: 'cpu' | 'memoryInGB'): number => requests.reduce((total, request) => total + request[field], 0);
  return { cpu: sum('cpu'), memoryInGB: sum('memoryInGB') };
}

/** Throws 400 when the body lacks what the service requires. The service's codes for this are not known in detail. */
export function parseGroup(body: unknown): GroupBody {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ArmError(400, 'InvalidRequestContent', `The request content was invalid: ${problems.join('; ')}`);
  }
  const { cpu, memoryInGB } = resources(parsed.data);
  if (cpu < 1 || memoryInGB < 1) {
    const text = `A container group needs at least 1 CPU and 1 GB, but the request has '${cpu}' and '${memoryInGB}'.`;
    throw new ArmError(400, 'InvalidRequestContent', text);
  }
  if (parsed.data.properties.priority === 'Spot') checkSpot(parsed.data);
  return parsed.data;
}

// Spot has no address, network, zone or confidential containers, and at most 4 vCPU and 16 GB.
function checkSpot(body: GroupBody): void {
  const { ipAddress, subnetIds, sku } = body.properties;
  if (ipAddress || subnetIds?.length) {
    const text = 'Spot Priority is not supported for container groups with inbound connectivity.';
    throw new ArmError(400, 'SpotPriorityContainerGroupNotSupportedForInboundConnectivity', text);
  }
  const { cpu, memoryInGB } = resources(body);
  if (sku !== 'Standard' || body.zones?.length || cpu > 4 || memoryInGB > 16) {
    const text = `Spot Priority is not supported for '${cpu}' CPU '${memoryInGB}' GB of SKU '${sku}' in these zones.`;
    throw new ArmError(400, 'SpotPriorityContainerGroupNotSupportedInSku', text);
  }
}

const secrets = new Set(['secureValue', 'password', 'storageAccountKey', 'workspaceKey']);

const known = new WeakMap<GroupBody, GroupBody>();

/** A copy without what the service never returns; always the same one for a body, which is replaced and never changed. */
export function withoutSecrets(body: GroupBody): GroupBody {
  const copy = known.get(body) ?? copyWithoutSecrets(body);
  known.set(body, copy);
  return copy;
}

/** Frozen: every answer about the group shares it. */
const copyWithoutSecrets = (body: GroupBody): GroupBody => {
  const text = JSON.stringify(body, (name, value: unknown) => {
    if (secrets.has(name)) return undefined;
    return name === 'secret' ? {} : value;
  });
  return JSON.parse(text, (_, value: unknown) => Object.freeze(value)) as GroupBody;
};
