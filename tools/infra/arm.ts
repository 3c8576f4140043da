// Requests to Azure Resource Manager from hooks, as whoever deploys.

import { AzureDeveloperCliCredential, ChainedTokenCredential, AzureCliCredential } from '@azure/identity';

export interface ArmAnswer {
  status: number;
  body: unknown;
}

/** One request; `path` begins with `/subscriptions`. Answers any status, throws when nothing answers. */
export type Arm = (method: string, path: string, apiVersion: string, body?: unknown) => Promise<ArmAnswer>;

/** Requests to `endpoint` with a token from `token`. */
export const armAt =
  (endpoint: string, token: () => Promise<string>): Arm =>
  async (method, path, apiVersion, body) => {
    const response = await fetch(`${endpoint}${path}?api-version=${apiVersion}`, {
      method,
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };

/** Azure, with the sign-in of azd or of az. */
export function azureArm(endpoint = 'https://management.azure.com'): Arm {
  const credential = new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential());
  return armAt(endpoint, async () => (await credential.getToken(`${endpoint}/.default`)).token);
}
