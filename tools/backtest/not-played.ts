// What a workload says and the played world leaves out: to be read beside the figures.

import { candidatesOf, offeringsOf, standbyPoolsOf } from '../../shared/placement/offering.ts';
import type { Workload } from '../../shared/workload/workload.ts';

/** One line for each, none for what has no part in the figures anyway; `pool`: groups that a standby pool keeps ready. */
export function notPlayed(workload: Workload, pool?: number): string[] {
  const { spec, scaling } = workload;
  const offerings = offeringsOf(workload);
  const pools = standbyPoolsOf(workload).length;
  const regions = new Set(offerings.map(({ location }) => location));
  const parts: [boolean, string][] = [
    [
      pools > 0 && pool === undefined,
      'standbyPool: each container group takes its time to start. --pool says how many it keeps ready',
    ],
    [pools > 1 && pool !== undefined, 'standby pools beside the first'],
    [
      offerings.some(({ priority }) => priority === 'Spot'),
      'priority Spot: nothing is evicted, and the cheapest regular place is billed',
    ],
    [regions.size > 1, `the regions ${[...regions].join(', ')}: one quota stands for all, and the cheapest is billed`],
    [
      new Set(candidatesOf(workload).map(({ sizeIndex }) => sizeIndex)).size > 1,
      'placement.sizes: all groups have the declared size',
    ],
    [spec.restartPolicy !== 'Always', `restartPolicy ${spec.restartPolicy}: no replica ends by itself`],
    [spec.probe !== undefined, 'probe: all replicas are well'],
    [scaling.base.mode === 'observe', 'SPILLWAY_BASE_MODE observe: the scale set stays empty'],
    [
      (scaling.base.reservedInstances ?? 0) > 0,
      'SPILLWAY_BASE_RESERVED_INSTANCES: they cost what others cost, and only while they run',
    ],
    [
      (scaling.signals ?? []).length > 0 || scaling.logQuery !== undefined,
      'signals beside the queue: they have no readings',
    ],
  ];
  return parts.flatMap(([is, part]) => (is ? [`Not played: ${part}.`] : []));
}
