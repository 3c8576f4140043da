// Discovery, the last stage of a plan: who leaves waits with its drain until no client can be sent to it, and every listing
// gets what it should hold. Nothing is written that is not different, and nothing on a reading that failed.

import type { Action, Observed, PlanInput, PlannerState, Seen, ServicePlan } from '../controller/plan-types.ts';
import { isInstanceKey } from '../failover/instance-drained.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { instanceServes } from '../health/instance-health.ts';
import type { Listing, Member } from '../ports/discovery.ts';
import type { Failure } from '../ports/errors.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Discovery } from '../workload/workload.ts';
import { heldNow, leave } from './leave.ts';
import { RECORDS_MOST, sameAddresses, subset, wantedIn } from './listing.ts';
import { publicPort, servesOf } from './declared.ts';
import { allRead, judgeService, type Judgement } from './serving.ts';

/** For so long after planner state was lost lists may lack groups that are in service. */
const STATE_YOUNG_MS = 2 * 60_000;

export interface ServiceInput {
  input: PlanInput;
  groups: BurstGroup[];
  seen: Record<string, Seen>;
  /** What the stages before would do. */
  actions: Action[];
  /** Who was chosen to drain before and would be now, were scaling in not held: it neither drains nor is listed again. */
  waits?: string[] | undefined;
  /** Drains of instances, as they would be. */
  drains: PlannerState['drains'];
}

export interface Service {
  /** Without the drains that wait. */
  actions: Action[];
  drains: PlannerState['drains'];
  reasons: Reason[];
  plan?: ServicePlan | undefined;
  memory: PlannerState['discovery'];
  /** Something waits or is written: look again soon. */
  moving: boolean;
  /** Somebody is in service: look often. */
  live: boolean;
}

type Remembered = NonNullable<PlannerState['discovery']>;

export function planService({ input, groups, seen, actions, waits = [], drains }: ServiceInput): Service {
  const { workload, observation, state, now } = input;
  const discovery = servesOf(workload);
  if (!discovery || workload.scaling.mode !== 'enforce')
    return { actions, drains, reasons: [], memory: undefined, moving: false, live: false };
  const before: Remembered = state?.discovery ?? { addresses: {}, leaving: {} };
  const owners = ownersOf(before);
  const judge = (going: ReadonlySet<string>): Judgement[] =>
    judgeService({ observation, seen, groups, going, before: before.addresses, owners });
  const byHealth = judge(new Set());
  const addressOf = new Map(byHealth.map(({ name, address }) => [name, address]));
  const chosen = newlyGoing(actions, drains, state).map((name) => ({ name, address: addressOf.get(name) }));
  const listed = allListed(input);
  const times = { listed, ttlMs: discovery.ttlSeconds * 1000, now };
  const out = byHealth.flatMap(({ address, verdict }) => (verdict === 'out' ? [address] : []));
  const held = heldNow(out, { ...times, held: before.held ?? {} });
  const stay = waits.flatMap((name) => (before.leaving[name] ? [[name, before.leaving[name]] as const] : []));
  const leaving = { ...leave({ ...times, chosen, before: before.leaving, held }), ...Object.fromEntries(stay) };
  const draining = Object.keys(drains).filter((name) => !(name in leaving));
  const judgements = judge(new Set([...chosen.map(({ name }) => name), ...Object.keys(leaving), ...draining]));
  const complete = allRead(observation, state) && now - (state?.bornAt ?? now) >= STATE_YOUNG_MS;
  const published = publication(input, discovery, judgements, complete);
  const former = formerOwners(judgements, before, listed, observation);
  const waiting = Object.keys(leaving);
  const named = `${waiting.slice(0, 3).join(', ')}${waiting.length > 3 ? ` and ${waiting.length - 3} more` : ''}`;
  const left = reason('service-leaving', { count: waiting.length, names: named, ttl: discovery.ttlSeconds });
  return {
    actions: actions.filter((action) => action.kind !== 'drain-group' || !(action.name in leaving)),
    drains: Object.fromEntries(Object.entries(drains).filter(([name]) => !(name in leaving))),
    reasons: [...(waiting.length > 0 ? [left] : []), ...published.reasons],
    plan: published.plan,
    memory: {
      addresses: addressesOf(judgements),
      leaving,
      ...(Object.keys(held).length > 0 && { held }),
      ...(Object.keys(former).length > 0 && { former }),
    },
    moving: waiting.length > 0 || published.plan !== undefined,
    live: judgements.some(({ verdict }) => verdict !== 'out'),
  };
}

/** Replicas that these steps would begin to drain. */
function newlyGoing(actions: Action[], drains: PlannerState['drains'], state: PlannerState | undefined): string[] {
  const groups = actions.flatMap((action) => (action.kind === 'drain-group' ? [action.name] : []));
  const instances = Object.keys(drains).filter((key) => isInstanceKey(key) && !(key in (state?.drains ?? {})));
  return [...groups, ...instances];
}

/** Whose each address was at the last evaluation, or is listed as. */
const ownersOf = ({ addresses, former }: Remembered): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(former ?? {}),
    ...Object.entries(addresses).map(([name, address]): [string, string] => [address, name]),
  ]);

/** Its name may be that of the next one. */
const GONE = '';

/** Of the addresses that may be listed although nobody is in service there: whose they were when they were listed. */
function formerOwners(
  judgements: Judgement[],
  before: Remembered,
  listed: ReadonlySet<string> | undefined,
  { looks }: PlanInput['observation'],
): Record<string, string> {
  const owners = ownersOf(before);
  const judged = new Map(judgements.map((judgement) => [judgement.address, judgement]));
  const out = judgements.flatMap(({ name, address, verdict }): [string, string][] =>
    verdict === 'out' ? [[address, looks[name]?.value === null ? GONE : (owners.get(address) ?? name)]] : [],
  );
  const nobodys = Object.entries(before.former ?? {}).filter(([address]) => !judged.has(address));
  return Object.fromEntries([...nobodys, ...out].filter(([address]) => listed?.has(address) ?? true));
}

const addressesOf = (judgements: Judgement[]): Record<string, string> =>
  Object.fromEntries(judgements.flatMap(({ name, address, verdict }) => (verdict === 'out' ? [] : [[name, address]])));

/** Every address that any client may be given; undefined when a listing could not be read or is just being changed. */
function allListed({ observation }: PlanInput): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const reading of [observation.records, observation.pool]) {
    if (!reading) continue;
    if (reading.status === 'failed' || reading.value?.busy) return undefined;
    for (const address of reading.value?.addresses ?? []) all.add(address);
  }
  const registered = addressesRegistered(observation.registry);
  return registered && new Set([...all, ...registered]);
}

/** Undefined when that cannot be read. */
function addressesRegistered(registry: PlanInput['observation']['registry']): string[] | undefined {
  if (!registry) return [];
  if (registry.status === 'failed') return undefined;
  return registry.value ? registry.value.document?.members.map(({ address }) => address) : [];
}

function publication(
  input: PlanInput,
  discovery: Discovery,
  judgements: Judgement[],
  complete: boolean,
): { plan: ServicePlan | undefined; reasons: Reason[] } {
  const { observation } = input;
  const reasons: Reason[] = [];
  const plan: ServicePlan = {};
  const { recordSet, backendPool, ttlSeconds } = discovery;
  const membersFor = (sink: string, reading: Observed<Listing | null> | undefined, most?: number) => {
    const now = readable(sink, reading, reasons);
    if (!now) return undefined;
    const wanted = wantedIn(now.addresses, judgements, complete);
    if (wanted.held > 0) reasons.push(reason('service-held', { sink, count: wanted.held }));
    const members = most === undefined ? wanted.members : subset(wanted.members, now.addresses, most);
    if (members.length < wanted.members.length)
      reasons.push(reason('service-subset', { sink, listed: members.length, members: wanted.members.length }));
    const addresses = members.map(({ address }) => address);
    return { now, addresses, same: sameAddresses(now.addresses, addresses) };
  };
  if (recordSet) {
    const sink = lastPart(recordSet);
    const records = membersFor(sink, observation.records, RECORDS_MOST);
    const ttlDiffers = records?.now.ttlSeconds !== undefined && records.now.ttlSeconds !== ttlSeconds;
    if (records && (!records.same || ttlDiffers)) {
      plan.records = { ...records.now, id: recordSet, addresses: records.addresses, ttlSeconds };
      reasons.push(changed(sink, records.now.addresses, records.addresses));
    }
  }
  if (backendPool) {
    const sink = lastPart(backendPool);
    const pool = membersFor(sink, observation.pool);
    if (pool && !pool.same) {
      if (pool.now.busy) reasons.push(reason('service-waits', { sink, why: 'an earlier change is under way' }));
      else {
        plan.pool = { id: backendPool, addresses: pool.addresses, etag: pool.now.etag };
        reasons.push(changed(sink, pool.now.addresses, pool.addresses));
      }
    }
  }
  planRegistry(input, discovery, judgements, complete, plan, reasons);
  reasons.push(...baseReasons(observation));
  return { plan: Object.keys(plan).length > 0 ? plan : undefined, reasons };
}

/** Why instances of the scale set are in no listing, or stay where they are. */
function baseReasons({ base, addresses, startedAt }: PlanInput['observation']): Reason[] {
  if (addresses?.status === 'failed') return [unread('the list of addresses of the scale set', addresses)];
  const instances = base?.status === 'read' ? base.value.instances : [];
  const count = instances.filter((each) => each.health === 'none' && instanceServes(each, startedAt)).length;
  return count > 0 ? [reason('service-unwatched', { count })] : [];
}

function planRegistry(
  { observation: { registry }, workload }: PlanInput,
  { ttlSeconds }: Discovery,
  judgements: Judgement[],
  complete: boolean,
  plan: ServicePlan,
  reasons: Reason[],
): void {
  if (!registry || registry.status === 'failed') {
    if (registry) reasons.push(unread('the registry', registry));
    return;
  }
  const { document: stored, etag } = registry.value ?? {};
  if (etag !== undefined && !stored) reasons.push(reason('registry-unreadable', {}));
  const before = stored?.members ?? [];
  const listed = before.map(({ address }) => address);
  const wanted = wantedIn(listed, judgements, complete).members;
  const known = new Map(before.map((member) => [member.address, member]));
  // What is held is told as it was: nobody knows better.
  const members = wanted.map((member): Member =>
    member.place === '' ? (known.get(member.address) ?? member) : member,
  );
  const document = { workload: workload.name, port: publicPort(workload), ttlSeconds, members };
  if (stored && JSON.stringify(stored) === JSON.stringify(document)) return;
  plan.registry = { document, etag };
  const addresses = members.map(({ address }) => address);
  if (!stored || !sameAddresses(listed, addresses)) reasons.push(changed('the registry', listed, addresses));
}

/** What is listed now. A record set that does not exist yet lists nobody. */
function readable(sink: string, reading: Observed<Listing | null> | undefined, reasons: Reason[]): Listing | undefined {
  if (!reading) return undefined;
  if (reading.status === 'read') return reading.value ?? { addresses: [] };
  reasons.push(unread(sink, reading));
  return undefined;
}

const unread = (sink: string, { failure }: { failure: Failure }): Reason =>
  reason('service-unread', { sink, problem: failure.code });

function changed(sink: string, before: readonly string[], after: readonly string[]): Reason {
  const added = after.filter((address) => !before.includes(address)).length;
  const removed = before.filter((address) => !after.includes(address)).length;
  return reason('service-changed', { sink, count: after.length, added, removed });
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
