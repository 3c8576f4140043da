// Promise 9, of discovery. No client resolves to a replica that has been gone or unready for longer than the TTL and one
// evaluation: neither record set nor registry may list it any more when an evaluation that began after that has ended. No listing loses a
// replica that serves, least of all its last one, unless that was chosen to go. And who is chosen to go is told to drain
// only when no client can hold its address any more.

import { TAGS } from '../../../shared/placement/tags.ts';
import type { RegistryDocument } from '../../../shared/ports/discovery.ts';
import type { Discovery } from '../../../shared/workload/workload.ts';
import { key } from '../../local/azure/arm.ts';
import { addressOf } from '../../local/azure/scale-set.ts';
import type { Call } from '../faults/call-faults.ts';
import { groupOfCall, loops, type Check, type LivingWorkload, type Truth, type Watch } from './check.ts';

/** Without a heartbeat in between an evaluation is at most so far away; a busy one may take its time. */
const EVALUATED_WITHIN_MS = 90_000;
/** For so long after planner state was lost an address stays that nobody is known to have. */
const STATE_YOUNG_MS = 2 * 60_000;
/** A gateway that takes no change meanwhile is told of a crash loop so much later. */
const TOLD_LATER_MS = 60_000;

interface Found {
  name: string;
  /** Epoch ms. */
  runsSince: number;
  /** Azure announced that it ends it: it goes out while it still serves. */
  ending: boolean;
  /** It crashed over and over, and has not run for long since: it may go out although it runs just now. */
  looping: boolean;
}

export function discovery(truth: Truth): Check {
  const badSince = new Map<string, number>();
  const removedAt = new Map<string, number>();

  /** An evaluation had its time since the controller and Azure work, and knows what runs; more where `by` says so. */
  const settled = ({ workload: { name } }: LivingWorkload, by = 0): boolean => {
    const known = Math.max(truth.undisturbedSince(), truth.stateBornAt(name) + STATE_YOUNG_MS);
    return truth.clock.now() - known >= EVALUATED_WITHIN_MS + by;
  };

  const declaredOf = ({ workload: { name, scaling } }: LivingWorkload): Discovery | undefined =>
    scaling.mode === 'enforce' && truth.declared(name) ? scaling.discovery : undefined;

  /** What clients are told by record set and registry. */
  const listedNow = (name: string, { recordSet }: Discovery): readonly string[] => [
    ...((recordSet === undefined ? undefined : truth.model.zones.resolve(recordSet)) ?? []),
    ...truth.registered(name),
  ];

  /** The replica that runs at an address, if one does. */
  function replicaAt({ declaration: { set }, replicas }: LivingWorkload, address: string): Found | undefined {
    const group = truth.model.groups.all().find(({ ip, running }) => running && ip === address);
    if (group) {
      const runsSince = replicas.runsSince(key(group.id)) ?? Infinity;
      const looping = loops(group, runsSince, truth.clock.now(), TOLD_LATER_MS);
      return { name: group.id.name, runsSince, ending: group.ending, looping };
    }
    const found = set && truth.model.scaleSets.find(set.id);
    const instance = [...(found?.instances.values() ?? [])].find((each) => addressOf(each) === address);
    if (!found || instance?.state !== 'running') return undefined;
    const runsSince = replicas.runsSince(found.pathOf(instance)) ?? Infinity;
    return { name: `instance:${instance.instanceId}`, runsSince, ending: false, looping: false };
  }

  function look(living: LivingWorkload): void {
    const { name } = living.workload;
    const declared = declaredOf(living);
    const listed = new Set(declared ? listedNow(name, declared) : []);
    for (const known of badSince.keys()) {
      const [workload, address = ''] = known.split(' ');
      if (workload === name && (!listed.has(address) || replicaAt(living, address))) badSince.delete(known);
    }
    for (const address of listed) {
      if (replicaAt(living, address)) continue;
      const entry = `${name} ${address}`;
      if (!badSince.has(entry)) badSince.set(entry, truth.clock.now());
    }
  }

  function judge(living: LivingWorkload, tolerated: (since: number) => boolean): void {
    look(living);
    if (!settled(living)) return;
    for (const [entry, since] of badSince) {
      const [workload, address] = entry.split(' ');
      if (workload !== living.workload.name || tolerated(since)) continue;
      const seconds = Math.round((truth.clock.now() - since) / 1000);
      truth.violate(9, `${workload} is resolved to ${address}, where nobody has served for ${seconds} s`);
    }
  }

  function published(call: Call, watch: Watch): void {
    const living = truth.workloads.get(watch.workload);
    if (!living) return;
    const { name } = living.workload;
    const { id, before, addresses } = changeOf(call, name);
    // Beyond twenty members a record set holds a part of them, and one may make room for another.
    const full = call.port === 'recordSets' && addresses.length >= 20;
    // While reads are lost an evaluation goes by what the one before saw.
    const seen = settled(living) ? watch.startedAt : Math.min(watch.startedAt, truth.clock.now() - EVALUATED_WITHIN_MS);
    for (const address of before.filter((each) => !addresses.includes(each))) {
      removedAt.set(address, truth.clock.now());
      const replica = replicaAt(living, address);
      if (!replica || full || replica.ending || replica.looping || replica.runsSince >= seen) continue;
      const going = replica.name in truth.savedDrains(name) || truth.savedLeaving(name).has(replica.name);
      if (!going) truth.violate(9, `${replica.name} serves and is taken out of ${id.slice(id.lastIndexOf('/') + 1)}`);
    }
  }

  function changeOf({ port, args }: Call, name: string) {
    if (port === 'registry') {
      const [, { members }] = args as [string, RegistryDocument];
      return { id: '/the registry', before: truth.registered(name), addresses: members.map(({ address }) => address) };
    }
    const [id, { addresses }] = args as [string, { addresses: string[] }];
    const before = (port === 'recordSets' ? truth.model.zones.resolve(id) : truth.model.gateways.listed(id)) ?? [];
    return { id, before, addresses };
  }

  function drained(call: Call, living: LivingWorkload): void {
    const declared = declaredOf(living);
    const group = groupOfCall(truth, call);
    const address = group?.ip;
    // Who waits to drain waits four minutes at most, of which some may have passed while no listing could be written.
    if (!declared || address === undefined || !settled(living, declared.ttlSeconds * 1000)) return;
    const removed = removedAt.get(address) ?? -Infinity;
    const out = (truth.clock.now() - removed) / 1000;
    const { backendPool } = declared;
    const pooled = backendPool === undefined ? [] : (truth.model.gateways.listed(backendPool) ?? []);
    if ([...listedNow(living.workload.name, declared), ...pooled].includes(address))
      truth.violate(9, `${group?.id.name} is told to drain while it is listed`);
    else if (out < declared.ttlSeconds)
      truth.violate(
        9,
        `${group?.id.name} is told to drain ${out} s after it was listed; the TTL is ${declared.ttlSeconds} s`,
      );
  }

  return {
    before(call, watch) {
      if (!watch) return;
      if (call.method === 'publish' || (call.port === 'registry' && call.method === 'write'))
        return published(call, watch);
      const living = truth.workloads.get(watch.workload);
      if (living && call.method === 'setTags' && TAGS.drain in (call.args[1] as object)) drained(call, living);
    },
    decided(_, { workload, startedAt }) {
      const living = truth.workloads.get(workload);
      if (living) judge(living, (since) => since >= startedAt);
    },
    tick() {
      const now = truth.clock.now();
      for (const living of truth.workloads.values()) judge(living, (since) => now - since <= EVALUATED_WITHIN_MS);
    },
  };
}
