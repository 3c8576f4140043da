// Events of Azure Resource Manager, as Event Grid puts them into a queue. Pure: an event becomes the names of the
// workloads that it may concern. It says that something changed and nothing more: what runs is read from Azure.
//
// Fails towards nobody: an event that is not understood wakes no workload, and the heartbeat looks within a minute.

import { beginningOf } from '../placement/names.ts';
import type { Workload } from '../workload/workload.ts';

const GROUP = 'microsoft.containerinstance/containergroups';
const SCALE_SET = 'microsoft.compute/virtualmachinescalesets';

/** The workloads to look at, none for an event of something else. `body` is the decoded JSON of one event. */
export function concernedBy(body: unknown, workloads: readonly Workload[]): string[] {
  const resource = resourceOf(body)?.toLowerCase();
  const [scope, path = ''] = resource?.split('/providers/') ?? [];
  if (resource === undefined || scope === undefined) return [];
  const [namespace, type, name = ''] = path.split('/');
  const kind = `${namespace}/${type}`;
  if (kind === GROUP) return workloads.filter((workload) => ownsGroup(workload, name)).map((workload) => workload.name);
  if (kind !== SCALE_SET) return [];
  // An event of an instance names the set, too.
  const set = `${scope}/providers/${kind}/${name}`;
  return workloads
    .filter(({ scaling }) => scaling.base.scaleSet?.toLowerCase() === set)
    .map((workload) => workload.name);
}

/** The subject of an event is the id of the resource, in Event Grid's own schema and in that of CloudEvents. */
function resourceOf(body: unknown): string | undefined {
  const subject = typeof body === 'object' && body !== null && 'subject' in body ? body.subject : undefined;
  return typeof subject === 'string' ? subject : undefined;
}

/** By its name, as its tags may be gone with it; declared groups have names of their own. */
const ownsGroup = ({ name, scaling }: Workload, group: string): boolean =>
  scaling.burst.lifecycle === 'start-stop' ? !group.startsWith(beginningOf()) : group.startsWith(beginningOf(name));
