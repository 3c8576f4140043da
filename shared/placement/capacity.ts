// What can each place still take? Every limit is a level with a key; places that share a limit share its key, so that what
// one takes the other lacks:
//
//   groups and cores   quota of a region and subscription, as read, less what was sent since
//   budgets            creates of 5 minutes and of an hour, and Resource Manager's tokens
//   addresses          of a subnet: as declared, less the groups of this workload there; as read, less what was sent since
//   reservations       of other workloads in the same region and subscription: they lessen groups, cores and creates
//   pre-flight         nothing, where Azure would refuse any group
//   trial              groups that a place on trial may start at one time
//
// A stopped group that starts again (kept.ts) needs none of the creates, and is one of the groups already. Before it goes what
// a standby pool has ready: that serves sooner.
//
// A limit that is not known does not bind: Azure's own refusal is then the answer.

import type { InFlight, PlannerState } from '../controller/plan-types.ts';
import type { Closed } from '../failover/trouble.ts';
import { admits } from '../failover/breaker.ts';
import type { Usage } from '../ports/container-groups.ts';
import { BUDGET_NAMES, budgetKey, budgetLeft, sentSince } from './budgets.ts';
import { isStart } from './claim.ts';
import { homeKey, type Candidate, type Offering } from './offering.ts';
import type { PreflightFacts } from './preflight.ts';
import type { Place } from './tally.ts';

/** The limit of a place that Azure would refuse any group. */
export const PRE_FLIGHT = 'pre-flight';

export interface Level {
  left: number;
  used: number;
  limit: number;
  what: string;
}

export interface Known {
  usages: Usage[];
  usagesAt: number;
  inFlight: InFlight[];
  closed: Record<string, Closed>;
  budgets?: PlannerState['budgets'];
  /** Groups that other workloads have reserved or may claim first, by home. */
  others?: Record<string, number> | undefined;
  /** Subnets as read. */
  preflight?: PreflightFacts | undefined;
  /** Keys of offerings that take nothing for what was found beforehand. */
  held?: ReadonlySet<string> | undefined;
}

/** Whole groups that a candidate can take, and the limit that says so. */
export interface Room {
  groups: number;
  level: Level | undefined;
}

interface Binding {
  level: Level;
  cost: number;
  /** Whether it binds creates alone, and not starts. */
  creates: boolean;
}

export class Capacity {
  readonly #levels = new Map<string, Level>();
  readonly #binding = new Map<Candidate, Binding[]>();
  readonly #stopped: Map<Candidate, number>;
  readonly #ready: Map<string, number>;

  /** `stopped`: groups that may start again, by the candidate they stand at; `ready`: those in standby pools, by their ids. */
  constructor(
    candidates: Candidate[],
    known: Known,
    {
      here,
      stopped,
      ready = {},
    }: { here: Place[]; stopped: Map<Candidate, number>; ready?: Record<string, number> | undefined },
    replicas: number,
    now: number,
  ) {
    this.#stopped = stopped;
    this.#ready = new Map(Object.entries(ready));
    for (const candidate of candidates) {
      for (const [key, level] of levelsOf(candidate, candidates, known, here, now)) {
        if (!this.#levels.has(key)) this.#levels.set(key, level);
      }
    }
    for (const candidate of candidates) {
      const costs = costsOf(candidate, replicas);
      const binding = costs.flatMap(([key, cost]) => {
        const level = this.#levels.get(key);
        return level ? [{ level, cost, creates: CREATES_ALONE.test(key) }] : [];
      });
      this.#binding.set(candidate, binding);
    }
  }

  room(candidate: Candidate): Room {
    const binding = this.#binding.get(candidate) ?? [];
    const all = tightest(binding.filter(({ creates }) => !creates));
    const fresh = tightest(binding.filter(({ creates }) => creates));
    const groups = fresh.groups + (this.#stopped.get(candidate) ?? 0);
    return all.groups <= groups ? all : { groups, level: fresh.level };
  }

  /** Addresses left in the candidate's subnet, as far as that is known. */
  addresses({ offering }: Candidate): number | undefined {
    const levels = ['addresses', 'free'].flatMap((what) => this.#levels.get(`${what} ${offering.subnet ?? ''}`) ?? []);
    return levels.length > 0 ? Math.min(...levels.map(({ left }) => left)) : undefined;
  }

  /** True when a stopped group was taken. */
  take(candidate: Candidate): boolean {
    const binding = this.#binding.get(candidate) ?? [];
    const stopped = this.#stopped.get(candidate) ?? 0;
    const again = stopped > 0 && !this.#takeReady(candidate, binding);
    if (again) this.#stopped.set(candidate, stopped - 1);
    for (const { level, cost, creates } of binding) {
      if (!creates || !again) level.left -= cost;
    }
    return again;
  }

  #takeReady({ offering }: Candidate, binding: Binding[]): boolean {
    const pool = offering.standbyPool?.id ?? '';
    const ready = this.#ready.get(pool) ?? 0;
    if (ready <= 0 || tightest(binding.filter(({ creates }) => creates)).groups < 1) return false;
    this.#ready.set(pool, ready - 1);
    return true;
  }
}

/** Keys of the limits that a start does not use up. */
const CREATES_ALONE = /^(groups|per5Minutes|perHour) /;

function tightest(binding: Binding[]): Room {
  let room: Room = { groups: Infinity, level: undefined };
  for (const { level, cost } of binding) {
    // Cores are fractions of binary numbers; a millionth of a core is not a core.
    const groups = Math.max(0, Math.floor(level.left / cost + 1e-6));
    if (groups < room.groups) room = { groups, level };
  }
  return room;
}

const coresKind = ({ sku, priority }: Offering): 'cores' | 'spotCores' | 'confidentialCores' =>
  priority === 'Spot' ? 'spotCores' : sku === 'Confidential' ? 'confidentialCores' : 'cores';

function costsOf({ offering, size, place }: Candidate, replicas: number): [string, number][] {
  const home = homeKey(offering);
  return [
    [`groups ${home}`, 1],
    [`${coresKind(offering)} ${home}`, size.cpu * replicas],
    ...BUDGET_NAMES.map((name): [string, number] => [`${name} ${name === 'tokens' ? tenant(offering) : home}`, 1]),
    ...(offering.subnet === undefined
      ? []
      : ['addresses', 'free'].map((what): [string, number] => [`${what} ${offering.subnet}`, 1])),
    [`pre-flight ${offering.key}`, 1],
    [`trial ${place}`, 1],
    [`region ${offering.location}`, 1],
  ];
}

const tenant = ({ subscription }: Offering): string => subscription ?? '';

function levelsOf(
  candidate: Candidate,
  candidates: Candidate[],
  known: Known,
  here: Place[],
  now: number,
): [string, Level][] {
  const { offering, place } = candidate;
  const home = homeKey(offering);
  const levels: [string, Level | undefined][] = [
    ...quotaLevels(offering, known),
    ...BUDGET_NAMES.map((name): [string, Level | undefined] => [
      `${name} ${name === 'tokens' ? tenant(offering) : home}`,
      budgetLevel(name, home, known, now),
    ]),
    [`addresses ${offering.subnet ?? ''}`, addressLevel(offering, here)],
    [`free ${offering.subnet ?? ''}`, freeLevel(offering, candidates, known)],
    [`pre-flight ${offering.key}`, known.held?.has(offering.key) ? HELD : undefined],
    [`trial ${place}`, trialLevel(known.closed[place], now)],
    [
      `region ${offering.location}`,
      place === offering.location ? undefined : trialLevel(regional(known, offering), now),
    ],
  ];
  return levels.filter((entry): entry is [string, Level] => entry[1] !== undefined);
}

/** A region's own trouble (lost groups, throttling) holds for all that is offered there; a refusal is of one place. */
export function regional(known: Pick<Known, 'closed'>, { location }: Offering): Closed | undefined {
  const entry = known.closed[location];
  return entry?.cause === 'refused' ? undefined : entry;
}

function quotaLevels(offering: Offering, known: Known): [string, Level | undefined][] {
  const home = homeKey(offering);
  const usage = known.usages.find((candidate) => homeKey(candidate) === home);
  if (!usage) return [];
  const sent = known.inFlight.filter(
    (request) => isStart(request) && request.at >= known.usagesAt && homeOf(request) === home,
  );
  const creates = sent.filter(({ kind }) => kind === 'create').length;
  const others = known.others?.[home] ?? 0;
  const kind = coresKind(offering);
  const cores = usage[kind];
  const sentCores = sent.reduce((sum, { cores: each }) => sum + (each ?? 1), 0);
  const level = (quota: { used: number; limit: number } | undefined, less: number, what: string): Level | undefined =>
    quota && { left: quota.limit - quota.used - less, ...quota, what };
  return [
    [`groups ${home}`, level(usage.groups, creates + others, 'groups')],
    // Cores of other workloads' reservations are not known; a group has at least one.
    [`${kind} ${home}`, level(cores, sentCores + others, kind === 'cores' ? 'cores' : `${kind.slice(0, -5)} cores`)],
  ];
}

export const homeOf = ({ location, subscription }: InFlight): string => homeKey({ location, subscription });

function budgetLevel(name: (typeof BUDGET_NAMES)[number], home: string, known: Known, now: number): Level | undefined {
  const reported = known.budgets?.[budgetKey(home, 'create')];
  const sent = sentSince(known.inFlight, 'create', (request) => homeOf(request) === home, reported?.at ?? 0);
  const budget = budgetLeft(reported, name, sent + (known.others?.[home] ?? 0), now);
  const what = { per5Minutes: 'creates of 5 minutes', perHour: 'creates of an hour', tokens: 'write tokens' }[name];
  return budget && { left: budget.left, used: budget.limit - budget.left, limit: budget.limit, what };
}

function addressLevel({ subnet, addresses }: Offering, here: Place[]): Level | undefined {
  if (subnet === undefined || addresses === undefined) return undefined;
  const used = here.filter((place) => place.subnet === subnet).length;
  return { left: addresses - used, used, limit: addresses, what: 'addresses' };
}

/** Addresses that Azure says are free, less the creates that it cannot have counted. */
function freeLevel({ subnet }: Offering, candidates: Candidate[], { preflight, inFlight }: Known): Level | undefined {
  const read = preflight?.subnets.find(({ id }) => id === subnet)?.addresses;
  if (!preflight || !read) return undefined;
  const keys = new Set(candidates.flatMap(({ offering }) => (offering.subnet === subnet ? [offering.key] : [])));
  const sent = inFlight.filter(
    ({ kind, at, offering }) => kind === 'create' && at >= preflight.at && keys.has(offering ?? ''),
  ).length;
  return { left: read.limit - read.used - sent, used: read.used + sent, limit: read.limit, what: 'addresses' };
}

// What it is said by a reason of its own.
const HELD: Level = { left: 0, used: 0, limit: 0, what: PRE_FLIGHT };

function trialLevel(entry: Closed | undefined, now: number): Level | undefined {
  const left = admits(entry, now);
  return entry && Number.isFinite(left) ? { left, used: 0, limit: entry.allowed ?? 1, what: 'trial' } : undefined;
}
