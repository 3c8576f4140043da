// Before a deployment goes, its container groups go: they were not made by the template, and would bill on.

import { TAGS } from '../../shared/placement/tags.ts';
import type { Arm } from './arm.ts';

const VERSION = '2023-05-01';

export interface RemoveOptions {
  arm: Arm;
  subscriptionId: string;
  resourceGroup: string;
  ownerId: string;
  /** Looks for what is left, with a pause after each. */
  tries: number;
  pause: () => Promise<void>;
}

interface Group {
  id: string;
  name: string;
  tags?: Record<string, string>;
}

interface Page {
  value: Group[];
  nextLink?: string;
}

/** Stops and deletes every group of this owner, and waits until Azure has none. Answers the names. Throws if some stay. */
export async function removeGroups(options: RemoveOptions): Promise<string[]> {
  const removed = new Set<string>();
  // A list may lag behind a create that was accepted just before the app was stopped: one empty answer is not enough.
  let empty = 0;
  for (let turn = 0; turn < options.tries; turn++) {
    const left = await owned(options);
    empty = left.length === 0 ? empty + 1 : 0;
    if (empty === 2) return [...removed];
    for (const { id, name } of left) {
      // A stop ends the bill at once, where a delete has to wait its turn; it is refused for what is not running.
      if (!removed.has(name)) await options.arm('POST', `${id}/stop`, VERSION);
      await options.arm('DELETE', id, VERSION);
      removed.add(name);
    }
    await options.pause();
  }
  const left = await owned(options);
  if (left.length === 0) return [...removed];
  throw new Error(`These container groups are still there and may bill: ${left.map(({ name }) => name).join(', ')}.`);
}

async function owned({ arm, subscriptionId, resourceGroup, ownerId }: RemoveOptions): Promise<Group[]> {
  const path = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups`;
  const { status, body } = await arm('GET', path, VERSION);
  if (status === 404) return [];
  if (status !== 200) throw new Error(`Container groups could not be listed: Azure answered ${status}.`);
  const { value, nextLink } = body as Page;
  const own = value.filter(({ tags }) => tags?.[TAGS.owner] === ownerId);
  // The rest comes at the next turn, when these are gone.
  return own.length > 0 || nextLink === undefined ? own : [];
}
