// Which of the groups that were declared beforehand start? The lowest ordinals whose region takes them: what holds for
// creates holds for starts, a region that refused is left alone for a growing time and then tried with a few.

import type { Action, PlanInput } from '../controller/plan-types.ts';
import type { Closed } from '../failover/trouble.ts';
import { admits } from '../failover/breaker.ts';
import { undrain } from '../failover/retire.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { reason, type Reason } from '../telemetry/reasons.ts';
import type { Creates } from './create.ts';
import { usedUp } from './used-up.ts';

const STARTABLE: ReadonlySet<BurstGroup['health']> = new Set(['stopped', 'ended', 'failed']);

export function startDeclared(input: PlanInput, groups: BurstGroup[], count: number): Creates {
  const startable = groups
    .filter((group) => STARTABLE.has(group.health) && !group.inFlight && group.fresh)
    .toSorted((a, b) => a.ordinal - b.ordinal);
  const room = new Map<string, number>();
  const passed = new Map<string, number>();
  const chosen: BurstGroup[] = [];
  for (const group of startable) {
    if (chosen.length === count) break;
    const { location } = group;
    const left = room.get(location) ?? roomOf(location, input);
    if (left > 0) chosen.push(group);
    else passed.set(location, (passed.get(location) ?? 0) + 1);
    room.set(location, Math.max(0, left - 1));
  }
  const starts = chosen.map(({ name, ordinal, location }): Action => ({
    kind: 'start-group',
    name,
    ordinal,
    location,
  }));
  const marked = undrain(chosen.filter((group) => group.drainingSince !== undefined));
  const reasons = [...passed].map(([location, held]) => whyPassed(location, held, input));
  if (chosen.length < count) reasons.push(reason('none-to-start', { wanted: count, available: chosen.length }));
  return { actions: [...marked.actions, ...starts], reasons };
}

const entryOf = (location: string, { state }: PlanInput): Closed | undefined => state?.closed[location];

const roomOf = (location: string, input: PlanInput): number =>
  usedUp(location, input) ? 0 : admits(entryOf(location, input), input.now);

function whyPassed(location: string, held: number, input: PlanInput): Reason {
  const quota = usedUp(location, input);
  if (quota) return reason('quota', { location, room: 0, moved: held, ...quota });
  const { until = 0, code = '', failures = 0, allowed = 1 } = entryOf(location, input) ?? {};
  return until > input.now
    ? reason('location-closed', { location, code, failures, seconds: Math.round((until - input.now) / 1000) })
    : reason('location-trial', { location, code, allowed, moved: held });
}
