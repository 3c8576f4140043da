import type { evaluate } from '../../shared/controller/evaluate.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { Workload } from '../../shared/workload/workload.ts';

/** A controller that is broken on purpose, to see that the simulation notices. All parts may be left out. */
export interface Variant {
  evaluate?: typeof evaluate;
  /** What the controller is given in place of its ports. */
  ports?: (ports: Ports) => Ports;
  /** What the controller takes a workload for. */
  workload?: (workload: Workload) => Workload;
}
