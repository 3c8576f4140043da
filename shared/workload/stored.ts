import { z } from 'zod';
import * as container from './container-kinds.ts';
import * as group from './group-kinds.ts';
import { yesNo } from './sections.ts';
import { storedPace } from './pace.ts';
import { placementSchema } from './placement.ts';
import { rulesSchema } from './rules.ts';
import { storedSignals } from './signals.ts';
import type { Workload } from './workload.ts';

const variables = z.record(z.string(), z.string());

// The type forces this list to keep up with Workload: a version that needs more than an older one stored does not run
// on what that one stored.
const stored: z.ZodType<Workload> = z.object({
  name: z.string(),
  revision: z.string(),
  spec: z.object({
    image: z.string(),
    command: z.array(z.string()).optional(),
    environment: variables,
    secureEnvironment: variables,
    cpu: z.number(),
    memoryInGB: z.number(),
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']),
    identity: z.string().optional(),
    probe: z
      .object({
        path: z.string(),
        port: z.number(),
        periodSeconds: z.number().optional(),
        timeoutSeconds: z.number().optional(),
        failureThreshold: z.number().optional(),
      })
      .optional(),
    registry: z.string().optional(),
    limits: container.limitsKind.schema.optional(),
    ports: container.portsKind.schema.optional(),
    mounts: container.mountsKind.schema.optional(),
    livenessProbe: container.azureProbeKind.schema.optional(),
    readinessProbe: container.azureProbeKind.schema.optional(),
    securityContext: container.securityContextKind.schema.optional(),
    containers: container.containersKind.schema.optional(),
    initContainers: container.initContainersKind.schema.optional(),
    volumes: group.volumesKind.schema.optional(),
    identities: group.identitiesKind.schema.optional(),
    systemIdentity: yesNo.schema.optional(),
    registries: group.registriesKind.schema.optional(),
    publicAddress: group.publicAddressKind.schema.optional(),
    dns: group.dnsKind.schema.optional(),
    logAnalytics: group.logAnalyticsKind.schema.optional(),
    encryption: group.encryptionKind.schema.optional(),
    tags: group.tagsKind.schema.optional(),
  }),
  scaling: z.object({
    mode: z.enum(['off', 'dry-run', 'enforce']),
    queue: z.object({ namespace: z.string(), queue: z.string() }).optional(),
    logQuery: z.object({ workspaceId: z.string(), query: z.string() }).optional(),
    signals: storedSignals.optional(),
    rules: rulesSchema.optional(),
    combine: z.string().optional(),
    base: z.object({
      mode: z.enum(['none', 'observe', 'manage']),
      scaleSet: z.string().optional(),
      minInstances: z.number(),
      maxInstances: z.number(),
      replicasPerInstance: z.number(),
      usdPerInstanceHour: z.number().optional(),
      reservedInstances: z.number().optional(),
      growAfterSeconds: z.number(),
      scaleInDelaySeconds: z.number(),
    }),
    burst: z.object({
      lifecycle: z.enum(['create-delete', 'start-stop']),
      minGroups: z.number(),
      maxGroups: z.number(),
      locations: z.array(z.string()),
      discountPercent: z.number().optional(),
      scaleInDelaySeconds: z.number(),
      returnWorthSeconds: z.number().optional(),
    }),
    target: z.object({
      maxWaitSeconds: z.number(),
      messagesPerSecondPerReplica: z.number(),
      utilization: z.number(),
    }),
    pace: storedPace.optional(),
    zeroDelaySeconds: z.number().optional(),
    forecast: z.enum(['off', 'shadow', 'on']).optional(),
    alertAddGroups: z.number(),
    priority: z.number().optional(),
    placement: placementSchema.optional(),
    failoverOverlapPercent: z.number().optional(),
    drain: z
      .union([z.enum(['none', 'poll']), z.object({ http: z.object({ path: z.string(), port: z.number() }) })])
      .optional(),
    drainTimeoutSeconds: z.number(),
    discovery: z
      .object({
        recordSet: z.string().optional(),
        backendPool: z.string().optional(),
        registry: z.enum(['on', 'off']).optional(),
        ttlSeconds: z.number(),
        port: z.number().optional(),
      })
      .optional(),
    limits: z.object({
      spendUsdPerDay: z.number(),
      spendUsdPerHour: z.number(),
      spendUsdPerMonth: z.number().optional(),
      changesPerEvaluation: z.number(),
    }),
    staleAfterSeconds: z.number(),
    rollout: z
      .object({
        strategy: z.enum(['canary', 'rolling', 'none']),
        maxSurgePercent: z.number(),
        maxUnavailablePercent: z.number(),
        steps: z.array(z.object({ share: z.number(), bakeSeconds: z.number() })),
        readySeconds: z.number(),
        maxCrashPercent: z.number(),
        maxDeadLetters: z.number(),
        approval: z.enum(['none', 'each-step']),
      })
      .partial()
      .optional(),
  }),
});

/** The workload in a stored configuration; undefined when it cannot be read or lacks something: then it is lost. */
export function readStored(json: string): Workload | undefined {
  try {
    return stored.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
