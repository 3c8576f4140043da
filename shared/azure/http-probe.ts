import type { ProbeCall, ProbeResult, Probes } from '../ports/probes.ts';
import { isOk, askStatus } from './http-status.ts';

/** Probes over HTTP, to the replica's own address. */
export class HttpProbes implements Probes {
  async probe(call: ProbeCall): Promise<ProbeResult> {
    try {
      return isOk(await askStatus(call, call.timeoutSeconds * 1000)) ? 'healthy' : 'unhealthy';
    } catch {
      return 'unreachable';
    }
  }
}
