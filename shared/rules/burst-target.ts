// How many burst groups should there be? What the base does not serve, plus what alerts add, between minimum and
// maximum, and never more than the spend limits admit. Every bound that changes the number leaves its reason.

import type { PlanInput } from '../controller/plan-types.ts';
import { replicasPerGroup } from '../placement/offering.ts';
import { dearestGroupUsdPerHour } from '../placement/prices.ts';
import { addingAlerts } from '../signals/named.ts';
import { reason, shortly, type Reason } from '../telemetry/reasons.ts';
import { counted } from '../telemetry/wording.ts';
import { pausedIn } from './pause.ts';
import { presumedSpent, spendRoom, spentUntil, type SpendRoom, type Spent } from './spend.ts';

export interface BurstTarget {
  groups: number;
  /** Replicas in all, with those of alerts that are more than may be wanted now. */
  asked: number;
  /** Groups that may bill at one time, those that leave included. */
  most: number;
  reasons: Reason[];
  spent: Spent;
  /** True when accounts are unreadable: nothing may be started. */
  holdOut: boolean;
}

/** Percent of the maximum by which replacements may overlap what is lost but not gone, where nothing else is set. */
const OVERLAP_PERCENT = 25;

/** Groups that may bill at one time, those that leave included. */
export const mostBilling = (maxGroups: number, overlapPercent = OVERLAP_PERCENT): number =>
  maxGroups + Math.max(1, Math.floor((overlapPercent / 100) * maxGroups));

/**
 * `wanted` replicas in all after stabilisation, and at `most` so many with what alerts add; `billing` groups that may bill
 * now.
 */
export function burstTarget(
  input: PlanInput,
  { wanted, most }: { wanted: number; most: number },
  baseServing: number,
  billing: number,
): BurstTarget {
  const { workload, observation, now } = input;
  const { burst, alertAddGroups } = workload.scaling;
  const reasons: Reason[] = [];
  const replicas = Math.max(0, wanted - baseServing);
  if (replicas > 0) reasons.push(reason('split', { wanted, base: baseServing, burst: replicas }));
  const perGroup = replicasPerGroup(workload);
  let groups = Math.ceil(replicas / perGroup);
  for (const alert of addingAlerts(input)) {
    groups += alertAddGroups;
    const age = (now - alert.at) / 1000;
    reasons.push(reason('alert', { rule: alert.rule, severity: alert.severity, age, groups: alertAddGroups }));
  }
  const room = Math.max(0, Math.ceil((most - baseServing) / perGroup));
  const asked = groups > room ? baseServing + groups * perGroup : wanted;
  groups = Math.min(groups, room);
  if (groups > burst.maxGroups) {
    reasons.push(reason('at-maximum', { wanted: groups, max: burst.maxGroups }));
    groups = burst.maxGroups;
  }
  if (groups < burst.minGroups) {
    reasons.push(reason('at-minimum', { wanted: groups, min: burst.minGroups }));
    groups = burst.minGroups;
  }
  if (pausedIn(observation.pause, now) === 'drain') groups = 0;
  return { ...withinSpend(input, groups, billing, reasons), asked };
}

/** Replicas wanted in all after the limits: no more than the groups and the base, where those are fewer. */
export const wantedInAll = (
  { workload }: PlanInput,
  { groups }: Pick<BurstTarget, 'groups'>,
  wanted: number,
  baseServing: number,
): number => (groups > 0 ? baseServing + groups * replicasPerGroup(workload) : Math.min(wanted, baseServing));

function withinSpend(input: PlanInput, groups: number, billing: number, reasons: Reason[]): Omit<BurstTarget, 'asked'> {
  const { workload, observation, now } = input;
  const { limits, burst, drainTimeoutSeconds, failoverOverlapPercent } = workload.scaling;
  const most = mostBilling(burst.maxGroups, failoverOverlapPercent);
  if (observation.ledger.status === 'failed') {
    const unknown = reason('spend-unknown', { problem: observation.ledger.failure.code });
    return { groups, most, reasons: [...reasons, unknown], spent: presumedSpent(limits, now), holdOut: true };
  }
  const spent = spentUntil(observation.ledger.value ?? undefined, now);
  const price = usdPerGroupHour(input);
  const room = spendRoom(limits, spent, price, burst.scaleInDelaySeconds + drainTimeoutSeconds);
  const bounded = { most: Math.min(most, room.groups), spent, holdOut: false };
  if (room.groups >= groups) return { ...bounded, groups, reasons };
  const values = {
    wanted: groups,
    limit: room.limit,
    period: room.period,
    used: usedText(room, price, billing),
    allowed: room.groups,
    effect:
      billing > room.groups
        ? `so ${billing - room.groups} of ${billing} must go`
        : `and ${counted(billing, 'runs', 'run')} now`,
  };
  return { ...bounded, groups: room.groups, reasons: [...reasons, reason('spend-limit', values)] };
}

/** What is left of a small limit is less than a cent. */
const exactly = (usd: number): number => Number(usd.toFixed(4));

function usedText({ spent, commitSeconds }: SpendRoom, price: number, billing: number): string {
  const each = `a group costs ${shortly(100 * price)} cents an hour`;
  return spent === undefined
    ? `${exactly(billing * price)} an hour running; ${each}`
    : `${exactly(spent)} spent; ${each} and counts for ${commitSeconds} s`;
}

/** The dearest of the workload's offerings, so that a limit holds wherever a group goes. */
export const usdPerGroupHour = ({ workload }: PlanInput): number => dearestGroupUsdPerHour(workload);
