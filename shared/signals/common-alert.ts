// Azure Monitor's common alert schema, as an action group posts it. Pure: a payload becomes a signal, a test
// notification to be acknowledged, or a list of what is wrong with it.

import { z } from 'zod';
import type { AlertSignal } from '../ports/stores.ts';
import { ALERT_EXPIRY_MS } from './alerts.ts';

const schema = z.object({
  schemaId: z.literal('azureMonitorCommonAlertSchema'),
  data: z.object({
    essentials: z.object({
      alertId: z.string().min(1),
      alertRule: z.string().min(1).max(512),
      severity: z.string().max(16).default('Sev4'),
      monitorCondition: z.enum(['Fired', 'Resolved']),
      firedDateTime: z.iso.datetime({ offset: true }),
      resolvedDateTime: z.iso.datetime({ offset: true }).optional(),
      originAlertId: z.string().optional(),
    }),
    // What the rule says of itself stands in one place or the other, by the kind of the rule.
    customProperties: z.record(z.string(), z.unknown()).nullish(),
    alertContext: z
      .object({ properties: z.record(z.string(), z.unknown()) })
      .optional()
      .catch(undefined),
  }),
});

export type ParsedAlert =
  | { kind: 'alert'; workload: string | undefined; signal: AlertSignal }
  | { kind: 'test' }
  | { kind: 'invalid'; problems: string[] };

/** Azure's "test action group" sends samples of this subscription, which does not exist. */
const SAMPLE_SUBSCRIPTION = '/subscriptions/11111111-1111-1111-1111-111111111111/';

/** `body` is the decoded JSON; `receivedAt` bounds the expiry when Azure's times lie in the future. */
export function parseAlert(body: unknown, receivedAt: number): ParsedAlert {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    return { kind: 'invalid', problems };
  }
  const { essentials, customProperties, alertContext } = parsed.data.data;
  if (essentials.alertId.startsWith(SAMPLE_SUBSCRIPTION)) return { kind: 'test' };
  const fired = essentials.monitorCondition === 'Fired';
  // Parses a time the alert names; nothing here asks for the present one.
  // oxlint-disable-next-line no-restricted-globals
  const told = Date.parse((fired ? undefined : essentials.resolvedDateTime) ?? essentials.firedDateTime);
  const at = Math.min(told, receivedAt);
  const workload = customProperties?.['workload'] ?? alertContext?.properties['workload'];
  return {
    kind: 'alert',
    workload: typeof workload === 'string' ? workload : undefined,
    signal: {
      id: essentials.originAlertId ?? essentials.alertId,
      rule: essentials.alertRule,
      severity: essentials.severity,
      condition: fired ? 'fired' : 'resolved',
      at,
      // From receipt, not from firing: a notification may be retried for minutes before it arrives.
      expiresAt: receivedAt + ALERT_EXPIRY_MS,
    },
  };
}
