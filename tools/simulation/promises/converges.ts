// Promise 6: with faults over and the demand constant, the fleet reaches what is wanted and then stays still. Looked at in
// the last half hour of the quiet stretch: nothing is changed any more, what runs is what is wanted, and the load is
// carried unless a limit that the last decision names stands against it. Replicas that end by themselves are replaced for
// ever, so of those only as many run as were wanted, and the load is carried all the same. Bursts that came regularly while
// faults lasted are made ready for once more, at their time, and what was made ready goes when they stay away. And a load
// that is more than its replicas can do by less than chance explains shows only by what waits, however long that takes.

import type { Action, Decision } from '../../../shared/controller/plan-types.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { TOLERANCE } from '../../../shared/rules/target-tracking.ts';
import type { ReasonCode } from '../../../shared/telemetry/reasons.ts';
import type { Scaling } from '../../../shared/workload/workload.ts';
import { isOneShot, type Check, type LivingWorkload, type Truth } from './check.ts';

const STILL_MS = 30 * 60_000;
/** What was made ready for a burst has left when it has stayed away for so long: it is published, withdrawn and drained. */
const AWAITED_MS = 10 * 60_000;
/** Share of the target wait that may wait before a load counts as more than its replicas can do; a backlog has its own target. */
const SHOWN_WAIT = 1 / 2;
const ADDS: ReadonlySet<Action['kind']> = new Set(['create-group', 'start-group', 'undrain-group', 'grow-base']);
/** Limits by which less may run than is wanted. */
export const BOUNDS: ReadonlySet<ReasonCode> = new Set([
  'at-maximum',
  'spend-limit',
  'quota',
  'no-location',
  'location-closed',
  'none-to-start',
  'rule-held',
  'revision-refused',
  'no-signal',
]);

export function converges(truth: Truth): Check {
  const last = new Map<string, Decision>();
  /** Most burst groups wanted in the last half hour. */
  const most = new Map<string, number>();
  /** Money of a day or a month that runs out, or a new one that begins, changes what is allowed although the demand does not. */
  const byMoney = new Set<string>();
  /** When a burst was last expected: epoch ms. */
  const awaitedAt = new Map<string, number>();

  function judge(name: string, living: LivingWorkload): void {
    const decision = last.get(name);
    const { scaling } = living.workload;
    if (!decision) return truth.violate(6, `${name} was not evaluated in the last half hour`);
    const own = truth.model.groups
      .all()
      .filter(({ body, state }) => body.tags[TAGS.workload] === name && state !== 'Stopped');
    const serving = own.filter(({ running }) => running).length;
    // Of what turns over there is one less while one that ended is replaced.
    const turnsOver = isOneShot(living);
    const wanted = turnsOver ? (most.get(name) ?? 0) : burstWanted(decision);
    const bound = decision.reasons.find(({ code }) => BOUNDS.has(code))?.code;
    const idle = own
      .filter(({ running }) => !running)
      .map(({ id, provisioning, state }) => `${id.name} (${provisioning}, ${state})`);
    if (idle.length > 0 && !turnsOver)
      truth.violate(6, `${name}: ${idle.join(', ')} of ${own.length} groups do not serve`);
    if (serving > wanted || (serving < wanted && bound === undefined && !turnsOver))
      truth.violate(6, `${name}: ${wanted} groups are wanted and ${serving} serve`);
    if (isTold(scaling) && bound === undefined) carries(name, living, turnsOver ? wanted : living.queue.replicas);
  }

  function carries(name: string, living: LivingWorkload, replicas: number): void {
    const { declaration, queue, workload } = living;
    const { active } = queue.counts();
    const capacity = replicas * declaration.perReplica;
    const load = declaration.rate(truth.end);
    if (
      (load > capacity * 1.001 && !showsLate(living)) ||
      active > capacity * workload.scaling.target.maxWaitSeconds + replicas + 1
    )
      truth.violate(
        6,
        `${name}: ${active} messages, ${load.toFixed(2)} a second arrive, ${capacity.toFixed(2)} can be done`,
      );
  }

  const mayChange = (living: LivingWorkload, { results }: Decision): boolean =>
    isOneShot(living) || (results.every(({ action }) => ADDS.has(action.kind)) && showsLate(living));

  /** Whether what serves now is short of the load by so little that what waits tells it only in the last half hour. */
  function showsLate({ declaration, queue, workload }: LivingWorkload): boolean {
    const capacity = queue.replicas * declaration.perReplica;
    const shortage = declaration.rate(truth.end) - capacity;
    const { target, rules = [] } = workload.scaling;
    const backlog = workload.scaling.queue
      ? undefined
      : rules.find((rule) => rule.backlogPerReplica)?.backlogPerReplica;
    const shown = backlog ? (1 + TOLERANCE) * backlog * queue.replicas : SHOWN_WAIT * target.maxWaitSeconds * capacity;
    return shortage > 0 && (shown / shortage) * 1000 > truth.end - STILL_MS - truth.quietFrom;
  }

  return {
    decided(decision) {
      const now = truth.clock.now();
      if (now < truth.quietFrom || decision.mode !== 'enforce') return;
      const { workload, results, reasons } = decision;
      if (reasons.some(({ code }) => code === 'spend-limit')) byMoney.add(workload);
      if (reasons.some(({ code }) => code === 'burst-expected')) awaitedAt.set(workload, now);
      if (now < truth.end - STILL_MS) return;
      last.set(workload, decision);
      most.set(workload, Math.max(most.get(workload) ?? 0, burstWanted(decision)));
      const living = truth.workloads.get(workload);
      if (results.length === 0 || byMoney.has(workload) || (living && mayChange(living, decision))) return;
      if (now - (awaitedAt.get(workload) ?? -Infinity) <= AWAITED_MS) return;
      const changes = results.map(({ action }) => `${action.kind} ${'name' in action ? action.name : action.scaleSet}`);
      truth.violate(
        6,
        `${workload} is still changed ${minutes(truth)} min after the last fault: ${changes.join(', ')}`,
      );
    },
    atEnd() {
      for (const [name, living] of truth.workloads) {
        if (living.workload.scaling.mode !== 'enforce' || byMoney.has(name)) continue;
        if (truth.declared(name)) judge(name, living);
      }
    },
  };
}

/** Whether the load of its queue is told by anything: its depth, or a signal that is held at a target. */
const isTold = ({ queue, rules = [] }: Scaling): boolean =>
  queue !== undefined ||
  rules.some(({ queueTimeSeconds, utilizationPercent }) => queueTimeSeconds ?? utilizationPercent);

const burstWanted = ({ figures }: Decision): number => figures.wanted - figures.baseServing;

const minutes = ({ clock, quietFrom }: Truth): number => Math.round((clock.now() - quietFrom) / 60_000);
