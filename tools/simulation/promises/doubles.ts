// Promise 2: an ordinal is never paid twice. Its number is free only after Azure said that the group is gone, so two groups
// of one ordinal are a violation even before both bill; and so is a PUT on a group that exists, which restarts it.

import { TAGS } from '../../../shared/placement/tags.ts';
import { groupOfCall, type Check, type Truth } from './check.ts';

export const doubles = (truth: Truth): Check => ({
  after(call) {
    if (call.port !== 'containerGroups' || call.method !== 'create') return;
    if (truth.model.groups.counters.putsOnLiveGroups > 0) truth.violate(2, 'a PUT on a group that exists restarted it');
    const made = groupOfCall(truth, call);
    if (!made) return;
    const { [TAGS.workload]: workload, [TAGS.ordinal]: ordinal } = made.body.tags;
    const same = truth.model.groups
      .all()
      .filter(({ body: { tags } }) => tags[TAGS.workload] === workload && tags[TAGS.ordinal] === ordinal);
    if (same.length > 1) {
      const names = same.map(({ id, provisioning }) => `${id.name} (${provisioning})`).join(' and ');
      truth.violate(2, `ordinal ${ordinal} of ${workload} exists twice: ${names}`);
    }
  },
});
