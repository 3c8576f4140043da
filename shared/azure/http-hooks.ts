import type { DrainCall, Hooks } from '../ports/hooks.ts';
import { isOk, askStatus } from './http-status.ts';

/** A replica that takes longer is asked again at the next evaluation; one evaluation may have many to ask. */
const TIMEOUT_MS = 3_000;

/** Drain hooks over HTTP, to the replica's own address. */
export class HttpHooks implements Hooks {
  async drain({ token, ...call }: DrainCall): Promise<'idle' | 'busy' | 'unheard'> {
    try {
      const headers = token === undefined ? {} : { 'x-spillway-token': token };
      const status = await askStatus(call, TIMEOUT_MS, { method: 'POST', headers });
      if (!isOk(status)) return 'unheard';
      return status === 202 ? 'busy' : 'idle';
    } catch {
      return 'unheard';
    }
  }
}
