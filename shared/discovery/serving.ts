// Who is in service? By observed health alone: a replica enters when its readiness probe was answered well at the address
// that Azure shows now, and it goes out at the first sign against it, which is earlier than it is given up.
//
//   in      ready, and the last answer of its probe was good       out     drained, leaving, or shown to be of no use
//   unsure  nothing speaks for or against it (not read, not probed yet, or polling since it was last read to restart): it stays
//           where it is, in or out; but where its address was another's, whoever is listed there is not it, and it is out

import type { Observation, PlannerState, Seen } from '../controller/plan-types.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { instanceState } from '../health/instance-health.ts';
import { isSilent } from '../health/signs.ts';
import { instanceKey, isInstanceKey } from '../failover/instance-drained.ts';
import { TAGS } from '../placement/tags.ts';
import type { Member } from '../ports/discovery.ts';

export type Verdict = 'in' | 'out' | 'unsure';

export interface Judgement extends Member {
  verdict: Verdict;
}

export interface ServingInput {
  observation: Observation;
  seen: Record<string, Seen>;
  groups: BurstGroup[];
  /** Who drains or is about to, groups and instances. */
  going: ReadonlySet<string>;
  /** Addresses at the last evaluation. */
  before: Record<string, string>;
  /** Whose each address was that may be listed. */
  owners: ReadonlyMap<string, string>;
}

/** A judgement for each address that is known, those that replicas had at the last evaluation included. */
export function judgeService(input: ServingInput): Judgement[] {
  const burst = input.groups.flatMap((group) => judgeGroup(group, input));
  const now = [...burst, ...judgeBase(input)];
  const held = new Set(now.map(({ address }) => address));
  const names = new Set(now.map(({ name }) => name));
  const gone = Object.entries(input.before).flatMap(([name, address]): Judgement[] => {
    if (held.has(address)) return [];
    // Moved to another address, or gone by Azure's own word.
    const out = names.has(name) || input.observation.looks[name]?.value === null || isGoneInstance(name, input);
    return [{ name, address, place: '', verdict: out ? 'out' : 'unsure' }];
  });
  return [...now, ...gone];
}

/** Gone with its scale set, too, where none is declared any more. */
function isGoneInstance(name: string, { observation: { base } }: ServingInput): boolean {
  if (!isInstanceKey(name) || base?.status === 'failed') return false;
  return base?.value.instances.every(({ id }) => instanceKey(id) !== name) ?? true;
}

function judgeGroup(group: BurstGroup, input: ServingInput): Judgement[] {
  const { name, location, tags } = group;
  const address = addressOf(name, input);
  if (address === undefined) return [];
  const verdict = input.going.has(name) ? 'out' : verdictOf(group, input, address);
  return [judged({ name, address, place: tags[TAGS.offering] ?? location, verdict }, input)];
}

/** Without doubt in favour of one whose address was another's. */
const judged = (judgement: Judgement, { owners }: ServingInput): Judgement =>
  judgement.verdict === 'unsure' && (owners.get(judgement.address) ?? judgement.name) !== judgement.name
    ? { ...judgement, verdict: 'out' }
    : judgement;

/** As a read by name shows it, else as the list does, else as it was. */
function addressOf(name: string, { observation: { looks, groups }, before }: ServingInput): string | undefined {
  const listed = groups.status === 'read' ? groups.value.find((each) => each.name === name) : undefined;
  return looks[name]?.value?.ip ?? listed?.ip ?? before[name];
}

function verdictOf(group: BurstGroup, input: ServingInput, address: string): Verdict {
  const seen = input.seen[group.name];
  if (group.drainingSince !== undefined || group.inFlight === 'stop' || group.inFlight === 'delete') return 'out';
  if (group.lost) return 'unsure';
  const { ip, fails = 0 } = seen?.probe ?? {};
  if (group.state === 'ready' && ip === address) return fails === 0 ? 'in' : 'out';
  const untold = UNTOLD.has(group.state ?? 'unknown') || spokeSince(group, seen, input.observation.startedAt);
  return fails === 0 && untold ? 'unsure' : 'out';
}

/** Whether one that was read while it restarted, in its place and at its address, has polled since. Remembered are whole seconds. */
const spokeSince = ({ state, looked, beat }: BurstGroup, seen: Seen | undefined, now: number): boolean =>
  state === 'restarting' &&
  !looked &&
  beat !== undefined &&
  beat.at >= (seen?.at ?? 0) + 1000 &&
  !isSilent(beat, -Infinity, now);

/** States in which nothing is known against a replica; of a ready one, that it was not probed at its address yet. */
const UNTOLD: ReadonlySet<NonNullable<BurstGroup['state']>> = new Set(['ready', 'warming', 'unseen', 'unknown']);

function judgeBase(input: ServingInput): Judgement[] {
  const { observation, going } = input;
  const { base, addresses } = observation;
  if (base?.status !== 'read' || addresses?.status !== 'read') return [];
  return base.value.instances.flatMap((instance) => {
    const address = addresses.value[instance.id];
    if (address === undefined) return [];
    const name = instanceKey(instance.id);
    const verdict = going.has(name) ? 'out' : ofInstance(instance, observation.startedAt);
    return [judged({ name, address, place: 'base', verdict }, input)];
  });
}

/** Only the health extension says that one is ready. One whose maintenance is announced works until that begins, and is not added any more. */
function ofInstance(instance: Parameters<typeof instanceState>[0], now: number): Verdict {
  const state = instanceState(instance, now);
  if (state === 'serving') return instance.health === 'healthy' ? 'in' : 'out';
  return state === 'unknown' || state === 'maintenance' ? 'unsure' : 'out';
}

/**
 * Whether all that could tell who an address belongs to was read. Otherwise an address that nobody is known to have stays
 * where it is listed.
 */
export const allRead = ({ groups, base, addresses, unread }: Observation, state: PlannerState | undefined): boolean =>
  state !== undefined &&
  groups.status === 'read' &&
  base?.status !== 'failed' &&
  addresses?.status !== 'failed' &&
  (unread ?? []).length === 0;
