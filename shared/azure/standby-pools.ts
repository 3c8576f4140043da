// Standby pools through Resource Manager: no client knows them, so they are read through the pipeline of another one.

import type { StandbyPool, StandbyPools } from '../ports/standby-pools.ts';
import { armUrl, sendArm, type ArmSender } from './arm.ts';
import { reading } from './attempt.ts';

const API = '2025-03-01';
const DEGRADED = 'HealthState/degraded';

/** The runtime view as far as it is read. Without zones there is one summary, else one for each. */
interface ViewAnswer {
  properties?: {
    instanceCountSummary?: { instanceCountsByState?: { state: string; count: number }[] }[];
    status?: { code?: string; message?: string };
  };
}

export class AzureStandbyPools implements StandbyPools {
  readonly #arm: ArmSender;
  readonly #endpoint: string;

  constructor(arm: ArmSender, endpoint: string) {
    this.#arm = arm;
    this.#endpoint = endpoint;
  }

  read(id: string): Promise<StandbyPool> {
    return reading(`Reading standby pool ${id}`, async () => {
      const url = armUrl(this.#endpoint, `${id}/runtimeViews/latest`, API);
      const { bodyAsText } = await sendArm(this.#arm, { method: 'GET', url });
      return poolOf(JSON.parse(bodyAsText ?? '') as ViewAnswer);
    });
  }
}

function poolOf({ properties }: ViewAnswer): StandbyPool {
  const counts = properties?.instanceCountSummary?.flatMap(({ instanceCountsByState }) => instanceCountsByState ?? []);
  // Versions differ in how they write a state.
  const running = (counts ?? []).filter(({ state }) => state.toLowerCase() === 'running');
  const { code, message } = properties?.status ?? {};
  return {
    running: running.reduce((sum, { count }) => sum + count, 0),
    ...(code === DEGRADED && { degraded: message ?? code }),
  };
}
