// Releases in a simulated world: workloads are declared anew now and then, and some of what is declared is bad, each in its
// own way. What is bad shows within the time for which a canary is watched; what shows later no canary can find.

import { TAGS } from '../../../shared/placement/tags.ts';
import type { Rollout, RolloutStep, Workload } from '../../../shared/workload/workload.ts';
import type { AzureModel } from '../../local/azure/azure.ts';
import type { ContainerGroup } from '../../local/azure/container-group.ts';
import type { ReplicaChange } from '../../local/azure/world.ts';
import type { Clock } from '../../local/clock.ts';
import type { Random } from '../../local/random.ts';
import { pick, whole, type DeclaredWorkload } from './declare.ts';

export const BAD_KINDS = ['crashes-at-start', 'crashes-later', 'never-ready', 'slow', 'dead-letters'] as const;
export type BadKind = (typeof BAD_KINDS)[number];

/** Their replicas say themselves that they are not ready; the others are taken for well until they show. */
export const NEVER_SERVE: ReadonlySet<BadKind | undefined> = new Set(['never-ready', 'slow']);

export interface Release {
  at: number;
  revision: string;
  /** Undefined: it is good. */
  bad: BadKind | undefined;
}

const PROBE = { path: '/healthz', port: 8080, periodSeconds: 10 };
/** A replica of a slow revision needs so long to become ready, longer than any rollout here waits and nobody looks. */
const SLOW_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

/** Share of the most groups that the load of a workload keeps busy at least: with nothing to do nothing shows. */
const LEAST_LOAD = 0.35;

/** Groups that the maximum has above what the load was made for: a rollout needs room on top. */
const ROOM = 2;

/** The workload as one that is released over and over: there is load, and its replicas can be seen to be ready. */
export function releasable(random: Random, declared: DeclaredWorkload): DeclaredWorkload {
  const { workload, rate, perReplica } = declared;
  const { scaling, spec } = workload;
  const { logQuery: _, ...own } = scaling;
  const steps: RolloutStep[] = pick(random, [
    [{ share: 10, bakeSeconds: 120 }],
    [{ share: 25, bakeSeconds: 150 }],
    [
      { share: 10, bakeSeconds: 120 },
      { share: 50, bakeSeconds: 120 },
    ],
  ]);
  const rollout: Partial<Rollout> = {
    steps,
    maxSurgePercent: pick(random, [10, 25, 50]),
    maxUnavailablePercent: pick(random, [0, 0, 10, 25]),
    readySeconds: 420,
    maxDeadLetters: 1,
  };
  const least = perReplica * Math.max(2, scaling.burst.maxGroups * LEAST_LOAD);
  return {
    ...declared,
    workload: {
      ...workload,
      spec: { ...spec, probe: PROBE, restartPolicy: 'Always' },
      scaling: {
        ...own,
        mode: 'enforce',
        queue: { namespace: 'bus', queue: workload.name },
        burst: {
          ...scaling.burst,
          lifecycle: 'create-delete',
          minGroups: 1,
          maxGroups: Math.max(4, scaling.burst.maxGroups) + ROOM,
        },
        limits: { spendUsdPerDay: 100, spendUsdPerHour: 100, changesPerEvaluation: 50 },
        rollout,
      },
    },
    rate: (at) => Math.max(least, rate(at)),
    longestLife: undefined,
    madeBefore: 0,
    autoscaled: false,
  };
}

/** One to three releases of a workload; every second one or so is bad. */
export function releasesOf(random: Random, name: string, from: number, quietFrom: number): Release[] {
  const count = whole(random, 1, 3);
  const span = quietFrom - from - 15 * MINUTE_MS;
  return Array.from({ length: count }, (_, index) => ({
    at: Math.floor(from + 10 * MINUTE_MS + (span * (index + random.next())) / count),
    revision: `${name.slice(0, 1)}${whole(random, 0, 0xfffffff).toString(16).padStart(7, '0')}`,
    bad: random.next() < 0.55 ? pick(random, BAD_KINDS) : undefined,
  }));
}

export interface ReleasesOptions {
  clock: Clock;
  model: AzureModel;
  random: Random;
}

/** What bad revisions do to the groups and instances that run them. */
export class Releases {
  readonly #options: ReleasesOptions;
  readonly #bad = new Map<string, BadKind>();
  /** Groups by address, and when their containers began to run. */
  readonly #at = new Map<string, { group: ContainerGroup; since: number }>();

  constructor(options: ReleasesOptions) {
    this.#options = options;
    options.model.onReplicaChange((change) => this.#changed(change));
  }

  /** The workload as released. */
  declare(workload: Workload, { revision, bad }: Release): Workload {
    if (bad) this.#bad.set(revision, bad);
    return { ...workload, revision, spec: { ...workload.spec, image: `contoso.azurecr.io/worker:${revision}` } };
  }

  badness(revision: string | undefined): BadKind | undefined {
    return this.#bad.get(revision ?? '');
  }

  /** What a replica at this address answers its probe. */
  probe(ip: string): 'healthy' | 'unhealthy' | 'unreachable' {
    const { group, since = 0 } = this.#at.get(ip) ?? {};
    if (!group?.running || group.ip !== ip) return 'unreachable';
    const bad = this.badness(group.body.tags[TAGS.revision]);
    if (bad === 'slow') return this.#options.clock.now() - since > SLOW_MS ? 'healthy' : 'unhealthy';
    return bad === 'never-ready' ? 'unhealthy' : 'healthy';
  }

  #changed({ kind, name, tags, running }: ReplicaChange): void {
    const { clock, random, model } = this.#options;
    const group = running && kind === 'group' ? model.groups.named(name)[0] : undefined;
    if (group?.ip !== undefined) this.#at.set(group.ip, { group, since: clock.now() });
    const bad = this.badness(tags[TAGS.revision]);
    if (!bad || !running) return;
    if (kind === 'instance') {
      // The health extension tells of all of these but of dead letters.
      if (bad !== 'dead-letters') clock.at(clock.now() + 1000, () => sicken(model, name));
      return;
    }
    if (bad !== 'crashes-at-start' && bad !== 'crashes-later') return;
    const lives = bad === 'crashes-at-start' ? 1000 + 7000 * random.next() : 20_000 + 70_000 * random.next();
    const back = 2000 + 10_000 * random.next();
    clock.at(clock.now() + lives, () => model.groups.named(name)[0]?.exit(1, back));
  }
}

function sicken(model: AzureModel, name: string): void {
  try {
    model.scaleSets.change(name, 'sicken');
  } catch {
    // It is gone already.
  }
}
