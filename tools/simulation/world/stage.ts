import { pause } from '../../../shared/controller/brake.ts';
import { takeAlert } from '../../../shared/controller/take-alert.ts';
import { takeHint } from '../../../shared/controller/take-hint.ts';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import type { Stage } from '../faults/world-faults.ts';
import type { Controller } from './controller.ts';
import { pick } from './declare.ts';
import type { PlannedHint } from './signals.ts';
import type { World } from './world.ts';

/** What faults may touch, in this world. */
export function stageOf(world: World, controller: Controller, struck: Stage['struck']): Stage {
  const { clock, model, stores, declared, workloads } = world;
  return {
    clock,
    model,
    struck,
    loseTables: stores.loseTables,
    shiftClock: (milliseconds) => controller.shiftClock(milliseconds),
    evaluateToo: (workload) => declared.has(workload) && controller.evaluateToo(workload),
    evict(random) {
      const running = runningInstances(world);
      if (running.length === 0) return false;
      model.scaleSets.change(pick(random, running), random.next() < 0.7 ? 'evict' : 'fail');
      return true;
    },
    announce(random) {
      const running = runningInstances(world);
      if (running.length === 0) return false;
      const from = clock.now() + random.next() * 600_000;
      model.scaleSets.announce(pick(random, running), from, from + 300_000 + random.next() * 600_000);
      return true;
    },
    undeclare(workload) {
      // With none declared nothing is an orphan: see the heartbeat.
      if (declared.size < 2 || !declared.delete(workload)) return undefined;
      controller.reload();
      return () => {
        declared.add(workload);
        controller.reload();
      };
    },
    changeRevision(name) {
      const living = workloads.get(name);
      if (!living) return;
      const revision = `${living.workload.revision.slice(0, 6)}${(clock.now() % 256).toString(16).padStart(2, '0')}`;
      living.workload = { ...living.workload, revision };
      controller.reload();
    },
    postAlert(workload, condition, firedAt) {
      const { context } = controller;
      if (!context || !declared.has(workload)) return false;
      void tolerant(takeAlert(context, alertText(workload, condition, firedAt), workload));
      return true;
    },
    pause(random, minutes) {
      const { context } = controller;
      if (!context) return false;
      const scope = pick(random, ['all', 'in', 'out']);
      void tolerant(pause(context, JSON.stringify({ author: 'kim', scope, minutes: Math.max(1, minutes) })));
      return true;
    },
  };
}

/** As whoever expects a load tells it; lost while no controller runs. */
export function postHint(
  { context }: Controller,
  workload: string,
  { at, minutes, load, unit, signal }: PlannedHint,
): void {
  if (!context) return;
  const text = JSON.stringify({ at: new Date(at).toISOString(), minutes, load, ...(signal ? { signal } : { unit }) });
  void tolerant(takeHint(context, workload, text));
}

/** Names of the instances of all scale sets that run. */
function runningInstances({ workloads, model }: World): string[] {
  const sets = [...workloads.values()].flatMap(({ declaration: { set } }) => (set ? model.scaleSets.find(set.id) : []));
  return sets.flatMap(({ instances }) =>
    [...instances.values()].flatMap(({ state, name }) => (state === 'running' ? [name] : [])),
  );
}

/** A function that fails is answered with 500, and Azure Monitor or the operator tries again. */
async function tolerant(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
  }
}

function alertText(workload: string, monitorCondition: string, firedAt: number): string {
  const time = new Date(firedAt).toISOString();
  const essentials = {
    alertId: `/subscriptions/one/providers/Microsoft.AlertsManagement/alerts/${workload}`,
    alertRule: 'deep-queue',
    severity: 'Sev2',
    monitorCondition,
    firedDateTime: time,
    ...(monitorCondition === 'Resolved' && { resolvedDateTime: time }),
  };
  return JSON.stringify({ schemaId: 'azureMonitorCommonAlertSchema', data: { essentials } });
}
