import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/core-auth';

/**
 * The managed identity where the platform offers one (`IDENTITY_ENDPOINT`), else what a developer is signed in with.
 * `AZURE_CLIENT_ID` names the user-assigned identity; without it the system-assigned one is used.
 */
export function azureCredential(env: Record<string, string | undefined>): TokenCredential {
  const clientId = env.AZURE_CLIENT_ID;
  if (!env.IDENTITY_ENDPOINT) return new DefaultAzureCredential();
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
