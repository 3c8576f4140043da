// Promise 4: an evaluation whose readings of demand or capacity failed, were old or were not true takes no serving capacity
// away. The one exception is the design's: a limit on money is kept all the same.

import { TAGS } from '../../../shared/placement/tags.ts';
import { groupOfCall, loops, type Check, type Truth, type Watch } from './check.ts';
import type { ContainerGroup } from '../../local/azure/container-group.ts';
import { key } from '../../local/azure/arm.ts';

export function blind(truth: Truth): Check {
  /**
   * What ends by itself all the time is none, though it runs between two ends, nor is what is in a crash loop; and what came
   * back to life after it had been looked at was not serving as far as anyone could know.
   */
  function isCapacity(group: ContainerGroup, { workload, startedAt }: Watch): boolean {
    const since = truth.workloads.get(workload)?.replicas.runsSince(key(group.id));
    if (since === undefined || since >= startedAt || loops(group, since, startedAt)) return false;
    return truth.crashes?.(group.body.tags[TAGS.revision]) !== true;
  }

  return {
    before(call, watch) {
      if (!watch) return;
      if (call.port === 'scaleSets' && call.method === 'deleteInstances') {
        watch.removed.push(`instances ${(call.args[1] as string[]).join(', ')}`);
      }
      if (call.port !== 'containerGroups') return;
      const drains = call.method === 'setTags' && TAGS.drain in (call.args[1] as object);
      if (!drains && call.method !== 'stop' && call.method !== 'delete') return;
      const group = groupOfCall(truth, call);
      if (group && isCapacity(group, watch)) watch.removed.push(`${call.method} ${group.id.name}`);
    },
    decided({ reasons }, { workload, blind: unread, removed }) {
      if (unread.length === 0 || removed.length === 0 || reasons.some(({ code }) => code === 'spend-limit')) return;
      truth.violate(4, `${workload}: ${removed.join('; ')}, although ${unread.join(' and ')}`);
    },
  };
}
