/** Calls into replicas, for workloads with `drain: http`. */
export interface Hooks {
  /**
   * One POST that tells a replica to finish its work. `idle`: it has no work and takes none (200 to 299, but 202). `busy`:
   * it heard and works on (202). `unheard`: anything else, also no answer within three seconds. Never throws.
   */
  drain(call: DrainCall): Promise<'idle' | 'busy' | 'unheard'>;
}

export interface DrainCall {
  ip: string;
  port: number;
  path: string;
  /** By which the replica knows that it is Spillway that calls; sent as `x-spillway-token`. */
  token: string | undefined;
}
