import { subscriptionOf } from '../placement/names.ts';
import { AzureFailure } from '../ports/errors.ts';
import type { Deployment } from '../workload/workload.ts';

/**
 * The subscription that a group is in, which its name says. Throws for one that is not listed any more: asked for elsewhere
 * it would seem to be gone while it bills, and be made a second time.
 */
export function homeOf(
  name: string,
  { subscriptionId, moreSubscriptions = [] }: Pick<Deployment, 'subscriptionId' | 'moreSubscriptions'>,
): string {
  const home = subscriptionOf(name, subscriptionId, moreSubscriptions);
  if (home !== undefined) return home;
  const message = 'its name says a subscription that SPILLWAY_MORE_SUBSCRIPTIONS does not list';
  throw new AzureFailure(
    `Container group ${name}`,
    { class: 'elsewhere', code: 'SubscriptionNotListed', message },
    undefined,
  );
}
