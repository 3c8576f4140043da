// When is this workload looked at again? Soon while anything moves, later while burst merely runs or is wanted; without
// either the heartbeat looks.

import { mayBill } from '../health/group-health.ts';
import type { BurstGroup } from '../health/fleet.ts';
import { setBusy } from '../health/instance-health.ts';
import type { Service } from '../discovery/service.ts';
import type { BaseView } from '../placement/base.ts';
import type { Action, InFlight, PlanInput } from './plan-types.ts';

/** Milliseconds between looks while something moves, and while burst merely runs. */
const LOOK_SOON_MS = 5_000;
const LOOK_LATER_MS = 10_000;
const RESTS: ReadonlySet<BurstGroup['health']> = new Set(['serving', 'stopped', 'gone']);
/** Looks lie on a common beat, so that one between two of them (an alert, a doubled message) begins no second chain for ever. */
const onBeat = (now: number, every: number): number => Math.ceil((now + every / 2) / every) * every;

/** Follow-ups go no further ahead than the heartbeat, which looks a minute and a quarter after the last look at the latest. */
const sooner = (look: number | undefined, changesAt: number | undefined, now: number): number | undefined =>
  changesAt === undefined || changesAt - now > 75_000 ? look : Math.min(look ?? Infinity, Math.max(changesAt, now));

interface Moving {
  base: BaseView;
  groups: BurstGroup[];
  actions: Action[];
  inFlight: InFlight[];
  /** Replicas wanted after stabilisation. */
  stable: number;
  service: Pick<Service, 'moving' | 'live'>;
}

/** Epoch milliseconds; `changesAt`: when a schedule, a hint or a forecast changes the demand by itself. */
export const nextLook = (input: PlanInput, moving: Moving, changesAt: number | undefined): number | undefined =>
  sooner(ownLook(input, moving), changesAt, input.now);

function ownLook(
  { workload, observation, now }: PlanInput,
  { base, groups, actions, inFlight, stable, service }: Moving,
): number | undefined {
  const moving =
    service.moving ||
    (actions.length > 0 && workload.scaling.mode === 'enforce') ||
    inFlight.length > 0 ||
    groups.some(({ health }) => !RESTS.has(health)) ||
    groups.some((group) => group.drainingSince !== undefined && mayBill(group.health)) ||
    (base.set !== undefined && setBusy(base.set) !== undefined) ||
    (observation.queue?.status === 'failed' && groups.length > 0);
  if (moving) return onBeat(now, LOOK_SOON_MS);
  const live = groups.some((group) => group.health === 'serving') || stable > base.serving || service.live;
  return live ? onBeat(now, LOOK_LATER_MS) : undefined;
}
