import type { Discovery, Workload } from '../workload/workload.ts';

/** What a workload declares of discovery; undefined when nobody is to find its replicas through Spillway. */
export function servesOf({ scaling: { discovery } }: Pick<Workload, 'scaling'>): Discovery | undefined {
  const declared = discovery?.recordSet ?? discovery?.backendPool ?? (discovery?.registry === 'on' || undefined);
  return declared === undefined ? undefined : discovery;
}

/** Port at which clients reach replicas: the declared one, else that of the probe. */
export const publicPort = ({ scaling, spec }: Workload): number => scaling.discovery?.port ?? spec.probe?.port ?? 0;
