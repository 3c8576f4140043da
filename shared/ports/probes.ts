/** What a replica answered: `healthy` (2xx), `unhealthy` (any other answer: it lives), `unreachable` (no answer). */
export type ProbeResult = 'healthy' | 'unhealthy' | 'unreachable';

/** HTTP probes of replicas at their own address. */
export interface Probes {
  /** One GET, without redirects. `timeoutSeconds` ends it as unreachable. Never throws. */
  probe(call: ProbeCall): Promise<ProbeResult>;
}

export interface ProbeCall {
  ip: string;
  port: number;
  path: string;
  timeoutSeconds: number;
}
