// Before a deployment goes, its container groups go: they were not made by the template, and would bill on. The steps are
// the controller's own.

import { tearDown, type TearDownPorts } from '../../shared/controller/tear-down.ts';
import type { ContainerGroups } from '../../shared/ports/container-groups.ts';
import { AzureFailure } from '../../shared/ports/errors.ts';

export interface RemoveOptions {
  ports: TearDownPorts & { containerGroups: Pick<ContainerGroups, 'stop'> };
  /** Subnets that are released, so that they can be deleted. */
  subnets: readonly string[];
  /** Looks for what is left, with a pause after each. */
  tries: number;
  pause: () => Promise<void>;
}

/** Stops and deletes every group of the deployment, and waits until Azure has none. Answers the names. Throws if some stay. */
export async function removeGroups({ ports, subnets, tries, pause }: RemoveOptions): Promise<string[]> {
  const removed = new Set<string>();
  let problem = 'nobody looked';
  // A list may lag behind a create that was accepted just before the app was stopped: one empty answer is not enough.
  let clean = 0;
  for (let turn = 0; turn < tries; turn++) {
    try {
      // A stop ends the bill at once, where a delete has to wait its turn; it is refused for what is not running.
      for (const { name } of await ports.containerGroups.list()) {
        if (!removed.has(name)) await ports.containerGroups.stop(name);
        removed.add(name);
      }
      const step = await tearDown(ports, subnets);
      problem = [...step.groups, ...Object.entries(step.subnets).map((each) => each.join(': '))].join(', ');
      clean = step.done ? clean + 1 : 0;
      if (clean === 2) return [...removed];
    } catch (error) {
      if (!(error instanceof AzureFailure)) throw error;
      problem = error.message;
      clean = 0;
    }
    await pause();
  }
  throw new Error(`These container groups and subnets are still there and may bill: ${problem}.`);
}
