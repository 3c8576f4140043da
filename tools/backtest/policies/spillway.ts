// Spillway itself: the very `plan` that runs in production, fed with what Azure would say of this world. As the controller
// does, it looks again when the plan asks for it, when the depth moved enough at a probe (each 5 s), and each minute.

import type {
  Action,
  ActionResult,
  Observation,
  PlanInput,
  PlannerState,
  PlanOutput,
} from '../../../shared/controller/plan-types.ts';
import { plan } from '../../../shared/controller/plan.ts';
import { settle } from '../../../shared/controller/settle.ts';
import { offeringsOf } from '../../../shared/placement/offering.ts';
import type { LedgerEntry } from '../../../shared/ports/stores.ts';
import { movedEnough } from '../../../shared/signals/probe.ts';
import type { Workload } from '../../../shared/workload/workload.ts';
import type { Policy } from '../policy.ts';
import type { Sight } from '../world/world.ts';
import { epoch, observe } from './spillway-observe.ts';
import { apply, tell } from './spillway-apply.ts';

const PROBE_SECONDS = 5;
const HEARTBEAT_SECONDS = 60;
/** An unchanged rate of spending is written again after this long (milliseconds), as evaluate does. */
const ACCOUNT_EVERY_MS = 60_000;

const DEPLOYMENT = { ownerId: 'backtest', subscriptionId: 's', resourceGroup: 'r', unattendedMinutes: 60 };

export class Spillway implements Policy {
  readonly #workload: Workload;
  readonly #decided: ((input: PlanInput, output: PlanOutput) => void) | undefined;
  #state: PlannerState | undefined;
  #ledger: LedgerEntry | null = null;
  #asked: number | undefined;
  #nextAt = 0;
  readonly #pooled: ReadonlySet<string>;
  readonly #pool: number;

  /** `decided` hears of each decision, for explanations; `pool`: groups that its standby pool keeps ready. */
  constructor(workload: Workload, decided?: (input: PlanInput, output: PlanOutput) => void, pool = 0) {
    // Replicas of the played world are well from their start and answer no probe.
    this.#workload = { ...workload, spec: { ...workload.spec, probe: undefined } };
    this.#decided = decided;
    this.#pooled = new Set(offeringsOf(workload).flatMap(({ key, standbyPool }) => (standbyPool ? [key] : [])));
    this.#pool = workload.scaling.burst.maxGroups > 0 ? pool : 0;
  }

  act(world: Sight): number {
    const { now } = world;
    if (now === 0 && this.#pool > 0) world.openPool(this.#pool);
    const moved = now % PROBE_SECONDS === 0 && movedEnough(this.#asked, world.depth, this.#workload.scaling.target);
    if (moved) this.#asked = world.depth;
    if (moved || now >= this.#nextAt || now % HEARTBEAT_SECONDS === 0) this.#evaluate(world);
    const probe = now + PROBE_SECONDS - (now % PROBE_SECONDS);
    return Math.max(now + 1, Math.min(this.#nextAt, probe));
  }

  #evaluate(world: Sight): void {
    const now = epoch(world.now);
    const observation: Observation = observe(world, this.#workload, this.#state, this.#ledger);
    const input = { deployment: DEPLOYMENT, workload: this.#workload, observation, state: this.#state, now };
    const output = plan(input);
    this.#decided?.(input, output);
    this.#account(output);
    const results = output.actions.map((action: Action): ActionResult => apply(world, action, this.#pooled));
    this.#state = settle(output.state, results, this.#workload.revision, now);
    tell(world, this.#state.drains);
    this.#nextAt = output.nextAt === undefined ? Infinity : Math.ceil(world.now + (output.nextAt - now) / 1000);
  }

  #account({ ledger: entry }: PlanOutput): void {
    if (!entry) return;
    const last = this.#ledger;
    const same = last && last.usdPerHour === entry.usdPerHour && last.day === entry.day;
    if (!same || entry.at - last.at >= ACCOUNT_EVERY_MS) this.#ledger = entry;
  }
}
