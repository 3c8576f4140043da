// What is played bounds nothing, and the product's defaults do. Which of them would have bounded this load, and what does it
// need instead?

import { dearestGroupUsdPerHour } from '../../shared/placement/prices.ts';
import { mostBilling } from '../../shared/rules/burst-target.ts';
import { LEAST_COMMIT_SECONDS } from '../../shared/rules/spend.ts';
import type { Figures } from './compare.ts';
import type { Wishes } from './policies/policies.ts';
import { assumedFor, workloadOf, type Assumed } from './workload.ts';

/** A sentence on what is assumed in place of the defaults; none where all of it was set. */
export function assumedNotes({ settings, deployed }: Pick<Wishes, 'settings' | 'deployed'>): string[] {
  const parts = Object.entries(assumedFor(settings, deployed)).map(
    ([name, { played, usual }]) => `${name}=${played} (default ${usual})`,
  );
  return parts.length === 0 ? [] : [`Played without the bounds of the product's defaults: ${parts.join(', ')}.`];
}

/** By app setting, what the figures need where the default is less. */
export function neededLimits(wishes: Wishes, { peaks }: Figures): Partial<Record<Assumed, string>> {
  const { settings, workloadFile, deployed } = wishes;
  const assumed = assumedFor(settings, deployed);
  const workload = workloadOf('both', settings, workloadFile, deployed);
  const { burst, drainTimeoutSeconds, failoverOverlapPercent } = workload.scaling;
  const commitSeconds = Math.max(LEAST_COMMIT_SECONDS, burst.scaleInDelaySeconds + drainTimeoutSeconds);
  // As the plan counts, whose limits hold wherever a group goes, and for the groups that leave, too.
  const usd = dearestGroupUsdPerHour(workload);
  const perHour = mostBilling(peaks.groups, failoverOverlapPercent) * usd;
  // What starts last must still fit into the day with all that it will cost at least.
  const perDay = (peaks.groupSecondsPerDay / 3600) * usd + perHour * (commitSeconds / 3600);
  const needs: [Assumed, number][] = [
    ['SPILLWAY_BURST_MAX_GROUPS', peaks.groups],
    ['SPILLWAY_BASE_MAX_INSTANCES', peaks.instances],
    ['SPILLWAY_SPEND_LIMIT_USD_PER_HOUR', Math.ceil(perHour)],
    ['SPILLWAY_SPEND_LIMIT_USD_PER_DAY', Math.ceil(perDay)],
  ];
  return {
    ...(assumed.SPILLWAY_BASE_MODE && peaks.instances > 0 && { SPILLWAY_BASE_MODE: assumed.SPILLWAY_BASE_MODE.played }),
    ...Object.fromEntries(
      needs.flatMap(([name, need]) => (need > Number(assumed[name]?.usual ?? Infinity) ? [[name, String(need)]] : [])),
    ),
  };
}

export const limitsSentence = (limits: Partial<Record<string, string>>): string[] => {
  const list = Object.entries(limits).map(([name, value]) => `${name}=${value}`);
  return list.length === 0 ? [] : [`Beyond the product's defaults this load needs ${list.join(', ')}.`];
};
