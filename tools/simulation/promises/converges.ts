// Promise 6: with faults over and the demand constant, the fleet reaches what is wanted and then stays still. Looked at in
// the last half hour of the quiet stretch: nothing is changed any more, what runs is what is wanted, and the load is
// carried unless a limit that the last decision names stands against it.

import type { Decision } from '../../../shared/controller/plan-types.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import type { ReasonCode } from '../../../shared/telemetry/reasons.ts';
import type { Check, LivingWorkload, Truth } from './check.ts';

const STILL_MS = 30 * 60_000;
const BOUNDS: ReadonlySet<ReasonCode> = new Set([
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
  /** A day's money that runs out, or a new day, changes what is allowed although the demand does not. */
  const byMoney = new Set<string>();

  function judge(name: string, living: LivingWorkload): void {
    const decision = last.get(name);
    const { scaling } = living.workload;
    if (!decision) return truth.violate(6, `${name} was not evaluated in the last half hour`);
    const own = truth.model.groups
      .all()
      .filter(({ body, state }) => body.tags[TAGS.workload] === name && state !== 'Stopped');
    const serving = own.filter(({ running }) => running).length;
    const wanted = decision.figures.wanted - decision.figures.baseServing;
    const bound = decision.reasons.find(({ code }) => BOUNDS.has(code))?.code;
    const idle = own
      .filter(({ running }) => !running)
      .map(({ id, provisioning, state }) => `${id.name} (${provisioning}, ${state})`);
    if (idle.length > 0) truth.violate(6, `${name}: ${idle.join(', ')} of ${own.length} groups do not serve`);
    if (serving > wanted || (serving < wanted && bound === undefined))
      truth.violate(6, `${name}: ${wanted} groups are wanted and ${serving} serve`);
    if (!scaling.queue || bound !== undefined) return;
    const { active } = living.queue.counts();
    const capacity = living.queue.replicas * living.declaration.perReplica;
    const load = living.declaration.rate(truth.end);
    if (load > capacity * 1.001 || active > capacity * scaling.target.maxWaitSeconds + living.queue.replicas + 1)
      truth.violate(
        6,
        `${name}: ${active} messages, ${load.toFixed(2)} a second arrive, ${capacity.toFixed(2)} can be done`,
      );
  }

  return {
    decided(decision) {
      const now = truth.clock.now();
      if (now < truth.quietFrom || decision.mode !== 'enforce') return;
      const { workload, results, reasons } = decision;
      if (reasons.some(({ code }) => code === 'spend-limit')) byMoney.add(workload);
      if (now < truth.end - STILL_MS) return;
      last.set(workload, decision);
      if (results.length === 0 || byMoney.has(workload)) return;
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

const minutes = ({ clock, quietFrom }: Truth): number => Math.round((clock.now() - quietFrom) / 60_000);
