// How a replica reaches Spillway and proves who it is. Its token is the HMAC-SHA256 of its name under a key that only the
// app knows: it opens this one replica's polls and nothing else, and nothing has to be stored.

import { createHmac, timingSafeEqual } from 'node:crypto';

export interface ReplicaAccess {
  /** Address of the function app, given to replicas. */
  url?: string | undefined;
  /** Absent: polls are guarded by a key of the function app, which its host checks. */
  key?: string | undefined;
  /** True while the platform authenticates requests: only then it vouches for the header with the caller. */
  easyAuth: boolean;
}

/** What a key of replicas is made of. */
export const REPLICA_KEY = /^\S{32,}$/;

/** The token of a replica by its name, hexadecimal. */
export const replicaToken = (key: string, name: string): string => createHmac('sha256', key).update(name).digest('hex');

/** Whether a poll for `name` may be answered. `principal` is the header `x-ms-client-principal`. */
export function mayPoll(
  { key, easyAuth }: ReplicaAccess,
  name: string,
  { token, principal }: { token: string | undefined; principal: string | undefined },
): boolean {
  if (key === undefined || (easyAuth && principal !== undefined)) return true;
  const wanted = Buffer.from(replicaToken(key, name));
  const given = Buffer.from(token ?? '');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

// Not a name that an app setting can have, so that it never stands for one of the user's.
const TOKEN_SETTING = 'token of the replica';

/** Environment variables of a replica, plain and secret, and the values of the secret ones as if they were app settings. */
export function replicaVariables({ url, key }: ReplicaAccess, workload: string, name: string) {
  return {
    environment: {
      SPILLWAY_REPLICA: name,
      SPILLWAY_WORKLOAD: workload,
      ...(url !== undefined && { SPILLWAY_URL: url }),
    },
    secureEnvironment: key === undefined ? {} : { SPILLWAY_TOKEN: TOKEN_SETTING },
    secrets: key === undefined ? {} : { [TOKEN_SETTING]: replicaToken(key, name) },
  };
}
