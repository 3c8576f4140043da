// Has a request that was sent shown its effect, or is it certain by now that it had none?

import type { GroupHealth, InFlight, Observation } from '../controller/plan-types.ts';
import { HEALTH, replicaState } from './replica-state.ts';

/** How long a request may stay invisible before it counts as not having happened (milliseconds). */
const SETTLE_MS = { create: 20_000, start: 30_000, stop: 30_000, delete: 120_000 };

/**
 * A request is settled when a read by name, made after it was sent, shows its effect, or when Azure has had ample time
 * and shows none. A 404 shortly after a create is not an answer: the request may still be on its way.
 */
export function settledBy(request: InFlight, observation: Observation, now: number): boolean {
  const look = observation.looks[request.name];
  if (!look || look.at < request.at) return false;
  const health = HEALTH[replicaState(look.value, now).state];
  const late = now - request.at > SETTLE_MS[request.kind];
  switch (request.kind) {
    case 'create':
      return health !== 'gone' || late;
    case 'start':
      return running(health) || late;
    case 'stop':
      return !running(health) || late;
    case 'delete':
      return health === 'gone' || late;
  }
}

const running = (health: GroupHealth): boolean => health === 'starting' || health === 'serving' || health === 'unready';
