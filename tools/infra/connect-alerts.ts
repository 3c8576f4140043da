// The address with which alerts call the app holds a function key, which exists only once the app is deployed. It goes into
// the key vault, where later provisions find it, and to the action group, so that the first deployment is complete.

import type { Arm } from './arm.ts';

/** The secret that infra/main.bicep reads. */
export const SECRET = 'metric-alert-uri';

export interface ConnectOptions {
  arm: Arm;
  vaultId: string;
  /** Resource id. */
  actionGroup: string;
  /** Address of the function, without a key. */
  uri: string;
  key: string;
}

interface ActionGroup {
  location: string;
  tags?: Record<string, string>;
  properties: Record<string, unknown>;
}

/** Throws, without the key in the message, when Azure refuses. */
export async function connectAlerts({ arm, vaultId, actionGroup, uri, key }: ConnectOptions): Promise<void> {
  const value = `${uri}?code=${encodeURIComponent(key)}`;
  const secret = await arm('PUT', `${vaultId}/secrets/${SECRET}`, '2024-11-01', { properties: { value } });
  if (secret.status > 201)
    throw new Error(`The secret ${SECRET} could not be written: Azure answered ${secret.status}.`);
  const found = await arm('GET', actionGroup, '2023-01-01');
  if (found.status !== 200)
    throw new Error(`The action group of the alerts is not there: Azure answered ${found.status}.`);
  const { location, tags, properties } = found.body as ActionGroup;
  const webhook = { name: 'metricAlert', useCommonAlertSchema: true, serviceUri: value };
  const group = { location, tags, properties: { ...properties, webhookReceivers: [webhook] } };
  const written = await arm('PUT', actionGroup, '2023-01-01', group);
  if (written.status > 201) throw new Error(`The alerts could not be connected: Azure answered ${written.status}.`);
}
