import type { DrainCall, Hooks } from '../ports/hooks.ts';

/** A replica that takes longer is asked again at the next evaluation; one evaluation may have many to ask. */
const TIMEOUT_MS = 3_000;

/** Drain hooks over HTTP, to the replica's own address. */
export class HttpHooks implements Hooks {
  async drain({ ip, port, path, token }: DrainCall): Promise<'idle' | 'busy' | 'unheard'> {
    try {
      const response = await fetch(`http://${ip}:${port}${path}`, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(token !== undefined && { headers: { 'x-spillway-token': token } }),
      });
      await response.body?.cancel();
      if (!response.ok) return 'unheard';
      return response.status === 202 ? 'busy' : 'idle';
    } catch {
      return 'unheard';
    }
  }
}
