// What Azure makes of the actions of a plan, in this world.

import type { Action, ActionResult } from '../../../shared/controller/plan-types.ts';
import { instanceKey } from '../../../shared/failover/instance-drained.ts';
import type { Failure } from '../../../shared/ports/errors.ts';
import type { Left } from '../world/budget.ts';
import type { CreateRefusal } from '../world/groups.ts';
import type { Sight } from '../world/world.ts';
import { nextPoll } from './spillway-observe.ts';

const FAILURES: Record<CreateRefusal, Failure> = {
  quota: { class: 'elsewhere', code: 'ContainerGroupQuotaReached', message: 'quota exceeded', status: 400 },
  throttled: {
    class: 'wait',
    code: 'TooManyRequests',
    message: 'too many creates',
    status: 429,
    retryAfterMs: 60_000,
  },
  'no-capacity': { class: 'elsewhere', code: 'ServiceUnavailable', message: 'no capacity', status: 409 },
  exists: { class: 'wait', code: 'Conflict', message: 'exists', status: 409 },
};

const refused = (action: Action, failure: Failure): ActionResult => ({ action, outcome: 'failed', failure });

/** `pooled`: offerings whose groups are taken from a standby pool. */
export function apply(world: Sight, action: Action, pooled: ReadonlySet<string>): ActionResult {
  const { groups, machines, now } = world;
  switch (action.kind) {
    case 'create-group':
      return deployed(
        world,
        action,
        groups.create(action, now, pooled.has(action.offering ?? '')),
        groups.creates.left(now),
      );
    case 'start-group':
      return deployed(world, action, groups.start(action.name, now));
    case 'stop-group':
      groups.stop(action.name, now);
      world.changed(1);
      break;
    case 'delete-group': {
      const bills = groups.byName.get(action.name)?.stoppedAt === Infinity;
      if (!groups.delete(action.name, now)) return refused(action, FAILURES.throttled);
      world.changed(bills ? 1 : 0);
      return { action, outcome: 'accepted', budgets: groups.deletes.left(now) };
    }
    case 'drain-group':
    case 'undrain-group': {
      const group = groups.byName.get(action.name);
      if (group) group.tags = action.tags;
      break;
    }
    case 'grow-base':
      return grow(world, action);
    case 'shrink-base':
      machines.remove(new Set(action.instances));
      world.changed(action.instances.length * world.replicasPerInstance);
      break;
    case 'tag-base':
      throw new Error('The backtest plays one revision only.');
  }
  return { action, outcome: 'accepted' };
}

function deployed(world: Sight, action: Action, refusal: CreateRefusal | undefined, budgets?: Left): ActionResult {
  if (refusal) return refused(action, FAILURES[refusal]);
  world.changed(1);
  return { action, outcome: 'accepted', budgets };
}

function grow(world: Sight, action: Extract<Action, { kind: 'grow-base' }>): ActionResult {
  const { machines, now } = world;
  const count = action.capacity - machines.list.length;
  if (!machines.add(count, now)) return refused(action, { ...FAILURES['no-capacity'], code: 'AllocationFailed' });
  world.changed(count * world.replicasPerInstance);
  return { action, outcome: 'accepted' };
}

/** Replicas learn at their next poll that they should drain, or that they should go on. */
export function tell(world: Sight, drains: Record<string, number>): void {
  const { groups, machines, now } = world;
  let changed = false;
  const learn = (replica: { toldAt: number }, drained: boolean, phase: number): void => {
    if (drained === (replica.toldAt !== Infinity)) return;
    // One that was told already takes up its work again a little later, too, which is left out here.
    replica.toldAt = drained ? nextPoll(now, phase) : Infinity;
    changed = true;
  };
  for (const group of groups.byName.values()) learn(group, group.name in drains, group.ordinal);
  for (const machine of machines.list) learn(machine, instanceKey(machine.id) in drains, Number(machine.id));
  if (changed) world.changed(0);
}
