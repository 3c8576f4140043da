// One seed: a world with its load, the controller in it, faults, and the promises that are held against the truth.
//
//   from ──── load of the seed's shape, faults in windows ────> quietFrom ──── constant load, no faults ────> end
//
// Single-threaded and on one clock: all that happens is an event of that clock, and what an event starts has come to rest
// before the next one. The same options therefore give the same run.

import type { Evaluated } from '../../../shared/controller/evaluate.ts';
import { sentence } from '../../../shared/telemetry/reasons.ts';
import { seeded } from '../../local/random.ts';
import type { Call } from '../faults/call-faults.ts';
import { HARMLESS, type Fault, type FaultKind } from '../faults/kinds.ts';
import { schedule } from '../faults/schedule.ts';
import { WORLD_FAULTS } from '../faults/world-faults.ts';
import { forbidden } from '../promises/calls.ts';
import { groupOfCall, TICK_MS, type Check, type Truth, type Violation, type Watch } from '../promises/check.ts';
import type { OrphanCount } from '../promises/orphans.ts';
import { checksOf } from '../promises/promises.ts';
import { rollouts, type RolloutTruth } from '../promises/rollouts.ts';
import type { Keep } from '../json-copy.ts';
import type { Variant } from '../variant.ts';
import { Controller } from './controller.ts';
import { REGIONS, SECRET } from './declare.ts';
import { PortCalls } from './port-calls.ts';
import { releasesOf, type Release } from './releases.ts';
import { postHint, stageOf } from './stage.ts';
import { FOREIGN, World } from './world.ts';

const HOUR_MS = 3_600_000;
/** Enough for what closes a place, refuses or stalls to end, and for half an hour of stillness after that. */
export const QUIET_HOURS = 1.5;

export interface SimulationOptions {
  seed: number;
  /** Simulated, the quiet stretch at the end included. */
  hours: number;
  kinds: readonly FaultKind[];
  /** Whether workloads are released over and over, good and bad revisions. */
  releases?: boolean | undefined;
  /** In place of those that the seed draws. */
  faults?: readonly Fault[] | undefined;
  variant?: Variant | undefined;
  /** How stores keep what they are given; default: as copies. */
  keep?: Keep | undefined;
  /** Told everything that happens, in lines. */
  tell?: ((line: string) => void) | undefined;
}

export interface SimulationResult {
  seed: number;
  hours: number;
  violations: Violation[];
  faults: readonly Fault[];
  faultsInjected: Partial<Record<FaultKind, number>>;
  orphanCoreSeconds: number;
  /** How often each reason code, kind of action with its outcome, and end of an evaluation came up. */
  coverage: Record<string, number>;
}

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const simulation = new Simulation(options);
  await simulation.run();
  return simulation.result();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #world: World;
  readonly #controller: Controller;
  readonly #calls: PortCalls;
  readonly #checks: Check[];
  readonly #faults: readonly Fault[];
  readonly #orphanCount: OrphanCount = { coreSeconds: 0 };
  readonly #violations: Violation[] = [];
  readonly #injected: Partial<Record<FaultKind, number>> = {};
  readonly #coverage: Record<string, number> = {};
  #releases: ReadonlyMap<string, readonly Release[]> = new Map();
  readonly #quietFrom: number;
  readonly #end: number;
  /** Faults under way that keep the controller or Azure's management from working. */
  #disturbing = 0;
  #undisturbedSince: number;

  constructor(options: SimulationOptions) {
    this.#options = options;
    const { seed, hours, kinds, releases = false, variant = {}, keep } = options;
    const random = seeded(seed * 16 + 1);
    // Any time of the day, so that some runs pass midnight, when a new day of accounts begins, and with every other seed a new month.
    const day = Date.UTC(2026, 10, seed % 2 === 0 ? 30 : 2);
    const from = day + Math.floor(random.next() * 24 * 60) * 60_000;
    this.#end = from + hours * HOUR_MS;
    this.#quietFrom = this.#end - QUIET_HOURS * HOUR_MS;
    this.#undisturbedSince = from;
    const span = { from, quietFrom: this.#quietFrom };
    this.#world = new World({
      ...span,
      seed,
      releases,
      keep,
      poll: (workload) => (replica, busy) => this.#controller.poll(workload)(replica, busy),
      onRequest: (request) => {
        const problem = forbidden(request, FOREIGN);
        if (problem !== undefined) this.#violate(8, problem);
      },
    });
    const { clock, ports, evaluations, deployment } = this.#world;
    const tell = (line: () => string): void => this.#tell(line);
    this.#calls = new PortCalls({
      clock,
      seed,
      regionOf: (call) => this.#regionOf(call),
      before: (call, watch) => this.#checks.forEach((check) => check.before?.(call, watch)),
      after: (call, watch) => this.#checks.forEach((check) => check.after?.(call, watch)),
      stall: (call) => groupOfCall(this.#truth(), call)?.stall(),
      kill: (process) => this.#controller.kill(process),
      struck: (kind) => this.#struck(kind),
      tell,
    });
    this.#controller = new Controller({
      clock,
      random: seeded(seed * 16 + 2),
      ports,
      calls: this.#calls,
      evaluations,
      deployment,
      declared: () => this.#world.declaredWorkloads(),
      variant,
      quietFrom: this.#quietFrom,
      onEvaluated: (evaluated, watch) => this.#evaluated(evaluated, watch),
      tell,
    });
    const workloads = [...this.#world.workloads.keys()];
    this.#checks = checksOf(this.#truth(), this.#orphanCount);
    if (releases) {
      const drawn = seeded(seed * 16 + 13);
      this.#releases = new Map(workloads.map((name) => [name, releasesOf(drawn, name, from, this.#quietFrom)]));
      this.#checks.push(rollouts(this.#rolloutTruth()));
    }
    this.#faults = options.faults ?? schedule(random, { ...span, kinds, regions: this.#regions(), workloads });
  }

  async run(): Promise<void> {
    const { clock } = this.#world;
    for (const fault of this.#faults) clock.at(fault.from, () => this.#begin(fault));
    for (const [name, list] of this.#releases) {
      for (const release of list) clock.at(release.at, () => this.#release(name, release));
    }
    for (const [name, { declaration }] of this.#world.workloads) {
      for (const hint of declaration.hints ?? []) clock.at(hint.sentAt, () => postHint(this.#controller, name, hint));
    }
    this.#ticking();
    this.#controller.start();
    await atRest();
    while (this.#violations.length === 0 && clock.step(this.#end)) await atRest();
    if (this.#violations.length > 0) return;
    for (const check of this.#checks) check.atEnd?.();
    await this.#lookForSecret();
  }

  result(): SimulationResult {
    const { seed } = this.#options;
    const hours = (this.#world.clock.now() - (this.#end - this.#options.hours * HOUR_MS)) / HOUR_MS;
    return {
      seed,
      hours,
      violations: this.#violations,
      faults: this.#faults,
      faultsInjected: this.#injected,
      orphanCoreSeconds: this.#orphanCount.coreSeconds,
      coverage: this.#coverage,
    };
  }

  #truth(): Truth {
    const world = this.#world;
    return {
      clock: world.clock,
      model: world.model,
      workloads: world.workloads,
      quietFrom: this.#quietFrom,
      end: this.#end,
      declared: (name) => world.declared.has(name),
      controllerNow: () => this.#controller.now(),
      undisturbedSince: () =>
        this.#disturbing > 0 ? Infinity : Math.max(this.#undisturbedSince, this.#controller.upSince),
      starts: () => this.#controller.starts,
      savedDrains: (workload) => world.savedDrains.get(workload) ?? {},
      stateBornAt: (workload) => world.savedBirths.get(workload) ?? world.clock.now(),
      claims: (workload) => world.claims.get(workload) ?? { count: 0, observedAt: 0 },
      registered: (workload) => world.savedMembers.get(workload) ?? [],
      savedLeaving: (workload) => world.savedLeaving.get(workload) ?? new Set(),
      crashes: (revision) => world.releases.badness(revision)?.startsWith('crashes') ?? false,
      openBills: () => world.openBills(),
      violate: (promise, what) => this.#violate(promise, what),
      cover: (what) => this.#cover(what),
    };
  }

  #rolloutTruth(): RolloutTruth {
    const { releases, savedRecords, savedServing } = this.#world;
    return {
      ...this.#truth(),
      badness: (revision) => releases.badness(revision),
      record: (name) => savedRecords.get(name),
      savedServing: (name) => savedServing.get(name) ?? new Set(),
    };
  }

  #release(name: string, release: Release): void {
    const living = this.#world.workloads.get(name);
    if (!living) return;
    this.#tell(() => `release of ${name}: ${release.revision}, ${release.bad ?? 'good'}`);
    this.#cover(`release ${release.bad ?? 'good'}`);
    living.workload = this.#world.releases.declare(living.workload, release);
    this.#controller.reload();
  }

  #begin(fault: Fault): void {
    const { clock } = this.#world;
    const disturbs = !HARMLESS.has(fault.kind);
    if (disturbs) this.#disturbing++;
    this.#tell(() => `fault begins: ${faultText(fault)}`);
    this.#calls.begin(fault);
    const stage = stageOf(this.#world, this.#controller, (kind) => this.#struck(kind));
    const putBack = WORLD_FAULTS[fault.kind]?.(stage, fault, seeded(this.#options.seed * 4093 + 2048 + fault.id));
    clock.at(fault.to, () => {
      this.#tell(() => `fault ends: ${fault.kind}`);
      this.#calls.end(fault);
      putBack?.();
      if (!disturbs) return;
      this.#disturbing--;
      this.#undisturbedSince = clock.now();
    });
  }

  #ticking(): void {
    const { clock } = this.#world;
    clock.at(clock.now() + TICK_MS, () => {
      for (const check of this.#checks) check.tick?.();
      this.#ticking();
    });
  }

  #evaluated(evaluated: Evaluated, watch: Watch): void {
    this.#cover(`evaluation ${evaluated.status}`);
    if (evaluated.status === 'failed' && evaluated.failure.code === 'InternalError') {
      this.#violate(0, `an evaluation of ${watch.workload} broke: ${evaluated.failure.message}`);
    }
    if (evaluated.status !== 'decided') return this.#tell(() => `${watch.workload}: evaluation ${evaluated.status}`);
    const { decision } = evaluated;
    for (const { code, values } of decision.reasons) {
      this.#cover(`reason ${code}`);
      if (code === 'state-lost' && values['how'] === 'of no use') {
        this.#violate(0, `no plan of ${watch.workload} could be made of its own state`);
      }
    }
    for (const { action, outcome, failure } of decision.results) {
      this.#cover(`${action.kind} ${outcome}${failure ? ` ${failure.class}` : ''}`);
    }
    this.#tell(() => {
      const actions =
        decision.results.map(({ action, outcome }) => `${action.kind} ${outcome}`).join(', ') || 'no action';
      return `${watch.workload} (${decision.trigger}): ${actions}. ${decision.reasons.map(sentence).join(' ')}`;
    });
    for (const check of this.#checks) check.decided?.(decision, watch);
  }

  #violate(promise: Violation['promise'], what: string): void {
    const at = this.#world.clock.now();
    this.#tell(() => `VIOLATION of promise ${promise}: ${what}`);
    this.#violations.push({ promise, at, what });
  }

  async #lookForSecret(): Promise<void> {
    const { stores, workloads } = this.#world;
    for (const name of workloads.keys()) {
      const kept = [await stores.history.recent(name, 20), await stores.planner.load(name)];
      if (JSON.stringify(kept).includes(SECRET)) this.#violate(8, `a secret of ${name} is in its history or state`);
    }
  }

  #regions(): string[] {
    const { workloads } = this.#world;
    return [...new Set([...workloads.values()].flatMap(({ workload }) => workload.scaling.burst.locations))];
  }

  #regionOf({ port, args: [first] }: Omit<Call, 'region'>): string | undefined {
    if (port !== 'containerGroups' && port !== 'scaleSets') return undefined;
    if (typeof first === 'object' && first !== null) return (first as { location?: string }).location;
    if (typeof first !== 'string') return undefined;
    if (port === 'containerGroups') return REGIONS.find((region) => first.includes(region));
    const living = [...this.#world.workloads.values()];
    return living.find(({ workload }) => workload.scaling.base.scaleSet === first)?.declaration.set?.location;
  }

  #struck(kind: FaultKind): void {
    this.#injected[kind] = (this.#injected[kind] ?? 0) + 1;
  }

  #cover(what: string): void {
    this.#coverage[what] = (this.#coverage[what] ?? 0) + 1;
  }

  #tell(line: () => string): void {
    const { tell } = this.#options;
    if (tell) tell(`${timeText(this.#world.clock.now())} ${line()}`);
  }
}

/** Resolves when all that runs now waits for an event: after this turn's promises, without a turn of the event loop. */
const atRest = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export const timeText = (at: number): string => new Date(at).toISOString().slice(11, 23);

export function faultText({ id, kind, from, to, share, region, workload }: Fault): string {
  const when = from === to ? `at ${timeText(from)}` : `${timeText(from)} to ${timeText(to)}`;
  return `${id} ${kind} ${when} (share ${share.toFixed(2)}, ${region}, ${workload})`;
}
