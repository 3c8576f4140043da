// What guards the polls of replicas. The host asks for it before anything else of the app is loaded.

import { REPLICA_KEY } from '../workload/replica-access.ts';
import { isUnresolved } from '../workload/secret-settings.ts';

/** `setting` is the app setting of the replica key. One that cannot be used is none: nobody would ask for a token then. */
export function pollGuard(setting = ''): 'anonymous' | 'function' {
  const key = setting.trim();
  return REPLICA_KEY.test(key) && !isUnresolved(key) ? 'anonymous' : 'function';
}
