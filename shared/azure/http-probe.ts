import type { ProbeCall, ProbeResult, Probes } from '../ports/probes.ts';

/** Probes over HTTP, to the replica's own address. */
export class HttpProbes implements Probes {
  async probe({ ip, port, path, timeoutSeconds }: ProbeCall): Promise<ProbeResult> {
    try {
      const response = await fetch(`http://${ip}:${port}${path}`, {
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
      await response.body?.cancel();
      return response.ok ? 'healthy' : 'unhealthy';
    } catch {
      return 'unreachable';
    }
  }
}
