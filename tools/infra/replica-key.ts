// The key from which the tokens of replicas derive lies in the key vault, and the app reads it there by the reference in
// SPILLWAY_REPLICA_KEY. It is made once: with another key, replicas that run would no longer be heard.

import { randomBytes } from 'node:crypto';
import type { Arm } from './arm.ts';

/** The secret that infra/main.bicep refers to. */
export const REPLICA_SECRET = 'replica-key';

/** Makes the key unless there is one. Throws, without the key in the message, when Azure refuses. */
export async function makeReplicaKey(arm: Arm, vaultId: string): Promise<void> {
  const path = `${vaultId}/secrets/${REPLICA_SECRET}`;
  // Azure tells that a secret is there, and never its value.
  const found = await arm('GET', path, '2024-11-01');
  if (found.status === 200) return;
  if (found.status !== 404) throw new Error(`The secret ${REPLICA_SECRET} could not be read: ${answer(found.status)}`);
  const value = randomBytes(32).toString('base64url');
  const { status } = await arm('PUT', path, '2024-11-01', { properties: { value } });
  if (status > 201) throw new Error(`The secret ${REPLICA_SECRET} could not be written: ${answer(status)}`);
}

const answer = (status: number): string => `Azure answered ${status}.`;

/** Has the app look again for a key that it could not read, as when the first provision gave it the role just before. */
export async function renewReplicaKey(arm: Arm, site: string): Promise<void> {
  const references = `${site}/config/configreferences/appsettings`;
  const { status, body } = await arm('GET', `${references}/SPILLWAY_REPLICA_KEY`, '2024-11-01');
  const { properties } = (body ?? {}) as { properties?: { status?: string } };
  if (status === 200 && properties?.status !== 'Resolved') await arm('POST', `${references}/refresh`, '2024-11-01');
}
