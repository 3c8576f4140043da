// Requests to Azure Resource Manager from hooks, as whoever deploys.

import type { TokenCredential } from '@azure/core-auth';
import { AzureDeveloperCliCredential, ChainedTokenCredential, AzureCliCredential } from '@azure/identity';
import { armUrl } from '../../shared/azure/arm.ts';
import { PUBLIC_ARM } from './clients.ts';

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
    const response = await fetch(armUrl(endpoint, path, apiVersion), {
      method,
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };

/** The sign-in of azd or of az. */
export const deployer = (): TokenCredential =>
  new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential());

/** Azure as whoever deploys; the outputs of a deployment say where Resource Manager is. */
export function azureArm(env: Record<string, string | undefined>): Arm {
  const credential = deployer();
  return armAt(env['SPILLWAY_ARM_ENDPOINT'] || PUBLIC_ARM, async () => {
    const token = await credential.getToken(`${PUBLIC_ARM}/.default`);
    return token?.token ?? '';
  });
}

export interface Patience {
  /** Requests in all, with a pause between them. */
  tries: number;
  pause: () => Promise<void>;
  say: (line: string) => unknown;
}

/** The same requests, sent again while they are refused: a role that was just assigned takes up to ten minutes to hold. */
export const patient =
  (arm: Arm, { tries, pause, say }: Patience): Arm =>
  async (...request) => {
    let answer = await arm(...request);
    for (let turn = 1; turn < tries && answer.status === 403; turn++) {
      if (turn === 1) say('Azure answered 403: a role may still be propagating, which takes up to ten minutes.');
      await pause();
      answer = await arm(...request);
    }
    return answer;
  };
