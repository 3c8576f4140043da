// Promise 4: an evaluation whose readings of demand or capacity failed, were old or were not true takes no serving capacity
// away. The one exception is the design's: a limit on money is kept all the same.

import { TAGS } from '../../../shared/placement/tags.ts';
import { groupOfCall, type Check, type Truth } from './check.ts';
import { key } from '../../local/azure/arm.ts';

export const blind = (truth: Truth): Check => ({
  before(call, watch) {
    if (!watch) return;
    if (call.port === 'scaleSets' && call.method === 'deleteInstances') {
      watch.removed.push(`instances ${(call.args[1] as string[]).join(', ')}`);
    }
    if (call.port !== 'containerGroups') return;
    const drains = call.method === 'setTags' && TAGS.drain in (call.args[1] as object);
    if (!drains && call.method !== 'stop' && call.method !== 'delete') return;
    const group = groupOfCall(truth, call);
    const living = truth.workloads.get(watch.workload);
    const since = group && living?.replicas.runsSince(key(group.id));
    // What came back to life after it had been looked at was not serving as far as anyone could know.
    if (since !== undefined && since < watch.startedAt) watch.removed.push(`${call.method} ${group?.id.name}`);
  },
  decided({ reasons }, { workload, blind: unread, removed }) {
    if (unread.length === 0 || removed.length === 0 || reasons.some(({ code }) => code === 'spend-limit')) return;
    truth.violate(4, `${workload}: ${removed.join('; ')}, although ${unread.join(' and ')}`);
  },
});
