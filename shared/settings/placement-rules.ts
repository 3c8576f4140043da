// Rules between the placement section of a workload file and everything else. What Azure would refuse for good is refused
// here, before the first group is asked for.

import { fitsGroup, keyOf, largestGroup } from '../placement/offering.ts';
import type { OfferingDeclaration, Placement } from '../workload/placement.ts';
import type { Problem } from '../workload/problem.ts';
import { secretUses } from '../workload/secret-settings.ts';
import { sizeOf } from '../workload/size.ts';
import type { Draft } from './draft.ts';
import { given, type Env } from './read.ts';
import { reading } from './spec-parts.ts';

type Rule = (draft: Draft, env: Env) => Problem[];

const eachOffering =
  (judge: (offering: OfferingDeclaration, draft: Draft, env: Env) => Omit<Problem, 'path'> | undefined): Rule =>
  (draft, env) =>
    (draft.fields.placement?.offerings ?? []).flatMap((offering, index) => {
      const problem = judge(offering, draft, env);
      return problem ? [{ path: `${draft.file}: placement.offerings.${index}`, ...problem }] : [];
    });

const spotIsPlain = eachOffering((offering) => {
  const { priority, subnet, zone, sku } = offering;
  if (priority !== 'Spot') return undefined;
  const taken = [subnet && 'a subnet', zone && 'a zone', sku === 'Confidential' && 'the Confidential SKU'];
  const extras = taken.filter(Boolean);
  if (extras.length === 0) return undefined;
  const message = `is Spot, and Azure has no Spot with ${extras.join(' or ')}`;
  return { value: keyOf(offering), message, allowed: 'Spot without subnet, zone and Confidential' };
});

const sizeFits = eachOffering((offering, { fields }) => {
  if (fields.cpu === undefined || fields.memoryInGB === undefined) return undefined;
  const { placement } = fields;
  const { cpu, memoryInGB } = sizeOf({ ...fields, cpu: fields.cpu, memoryInGB: fields.memoryInGB });
  const replicas = placement?.replicasPerGroup ?? 1;
  if ([{ cpu, memoryInGB }, ...(placement?.sizes ?? [])].some((size) => fitsGroup(offering, size, replicas))) {
    return undefined;
  }
  const most = largestGroup(offering);
  return {
    value: `${cpu * replicas} vCPU, ${memoryInGB * replicas} GB`,
    message: 'can hold no group of the declared size nor of any fallback',
    allowed: `groups from 1 vCPU and 1 GB up to ${most.cpu} vCPU and ${most.memoryInGB} GB`,
  };
});

const subscriptionIsKnown = eachOffering(({ subscription }, _draft, env) => {
  if (subscription === undefined) return undefined;
  const known = (given(env, 'SPILLWAY_MORE_SUBSCRIPTIONS') ?? '').split(',').map((id) => id.trim().toLowerCase());
  if (known.includes(subscription.toLowerCase())) return undefined;
  const message = 'names a subscription that SPILLWAY_MORE_SUBSCRIPTIONS does not list';
  return { value: subscription, message, allowed: 'one of that list, or none for the own subscription' };
});

// What may come along to a group from a pool can be read by whoever may read the group.
const poolHasNoSecrets = eachOffering((offering, { fields }) => {
  if (!offering.standbyPool || secretUses(fields).length === 0) return undefined;
  const message = 'is a standby pool, and secrets cannot be handed to one';
  return { value: keyOf(offering), message, allowed: 'secrets in the profile of the pool' };
});

// Its replicas get no token, which is a secret of each, so that a poll of theirs would never be answered.
const poolDoesNotPoll = eachOffering((offering, { fields }, env) => {
  const polls = fields.drain === 'poll' && fields.restartPolicy === 'Always';
  if (!offering.standbyPool || !polls || given(env, 'SPILLWAY_REPLICA_KEY') === undefined) return undefined;
  const message = 'is a standby pool, whose replicas get no token to poll with, and SPILLWAY_REPLICA_KEY asks for one';
  const allowed =
    'another way to drain (http or none), or polls with a function key, which need no SPILLWAY_REPLICA_KEY';
  return { value: keyOf(offering), message, allowed };
});

// A network that is peered across regions does not carry container groups.
const networkStaysInRegion: Rule = ({ file, fields }) => {
  const offerings = fields.placement?.offerings ?? [];
  const home = offerings.find(({ subnet }) => subnet !== undefined)?.location;
  if (home === undefined) return [];
  const message =
    'is refused: bursting to another region is for workloads that need no private network (Azure Container Instances support no global peering)';
  return offerings.flatMap((offering, index) =>
    offering.location === home
      ? []
      : [
          {
            path: `${file}: placement.offerings.${index}`,
            value: keyOf(offering),
            message,
            allowed: `places in ${home} alone, or no subnet`,
          },
        ],
  );
};

const eachOfferingOnce: Rule = ({ file, fields }) => {
  const keys = (fields.placement?.offerings ?? []).map(keyOf);
  return keys
    .filter((key, index) => keys.indexOf(key) !== index)
    .map((key) => ({
      path: `${file}: placement.offerings`,
      value: key,
      message: 'is there twice',
      allowed: 'each place once',
    }));
};

// All containers of a group share its name, its address and its life: none of them can be told or asked alone.
const packedReplicas: Rule = ({ file, fields, scaling }) => {
  const placement: Placement | undefined = fields.placement;
  if (!placement || placement.replicasPerGroup === 1) return [];
  const reasons = [
    fields.drain !== undefined && fields.drain !== 'none' && 'drain is not none',
    fields.probe !== undefined && 'there is a probe',
    scaling.burst?.lifecycle === 'start-stop' && 'groups are declared beforehand (start-stop)',
    placement.offerings?.some(({ standbyPool }) => standbyPool !== undefined) && 'there is a standby pool',
  ].filter((text): text is string => typeof text === 'string');
  return reasons.map((text) => ({
    path: `${file}: placement.replicasPerGroup`,
    value: `${placement.replicasPerGroup}`,
    message: `cannot be, because ${text}`,
    allowed: '1, or more with drain: none, without probe, start-stop and standby pool',
  }));
};

export const PLACEMENT_RULES: readonly Rule[] = [
  spotIsPlain,
  reading(['containers'], sizeFits),
  subscriptionIsKnown,
  poolHasNoSecrets,
  poolDoesNotPoll,
  networkStaysInRegion,
  eachOfferingOnce,
  packedReplicas,
];
