// A queue and its container groups as one small world around `plan` alone: a fluid of messages, groups that serve half a
// minute after they were asked for, minute metrics that come 90 s late. What all replicas together can do may be bounded.

import type { Action, Observation, PlannerState, PlanOutput } from '../../shared/controller/plan-types.ts';
import { plan } from '../../shared/controller/plan.ts';
import { settle } from '../../shared/controller/settle.ts';
import { seenIn } from '../../shared/health/short-seen.ts';
import { TAGS } from '../../shared/placement/tags.ts';
import type { Group } from '../../shared/ports/container-groups.ts';
import type { Scaling } from '../../shared/workload/workload.ts';
import type { Random } from '../../tools/local/random.ts';
import { groupOf, inputOf, NOW, observationOf } from './observation-of.ts';
import { workloadOf, type Partly } from './workload-of.ts';

const START_MS = 30_000;
const METRICS_LATE_MS = 90_000;
const LOOK_SECONDS = 5;
const MINUTE_MS = 60_000;

export interface QueueWorld {
  /** Messages a second that arrive, by seconds since the beginning. */
  arrivals: (seconds: number) => number;
  /** Messages a second of one replica, by seconds and by how many work. */
  rate: (seconds: number, replicas: number) => number;
  /** Share of the messages that become dead letters. */
  spoilt?: (replicas: number) => number;
  scaling?: Partly<Scaling>;
  random?: Random;
}

export interface Looked {
  seconds: number;
  serving: number;
  active: number;
  output: PlanOutput;
}

interface Placed {
  tags: Record<string, string>;
  ready: number;
}

/** What each look of so many seconds found and decided. */
export function queueWorld(world: QueueWorld, seconds: number): Looked[] {
  const workload = workloadOf({
    base: { mode: 'none', scaleSet: undefined },
    burst: { maxGroups: 200, locations: ['westeurope'], scaleInDelaySeconds: 30 },
    limits: { spendUsdPerDay: 1e5, spendUsdPerHour: 1e5 },
    ...world.scaling,
  });
  const groups = new Map<string, Placed>();
  const queue = fluidOf(world);
  let state: PlannerState | undefined;
  const looked: Looked[] = [];
  for (let second = 0; second < seconds; second++) {
    const now = NOW + second * 1000;
    const serving = [...groups.values()].filter(({ ready, tags }) => ready <= now && !(TAGS.drain in tags)).length;
    queue.step(second, serving);
    if (second % LOOK_SECONDS !== 0) continue;
    const observation = observationOf({ ...shownOf(groups, state, now), ...queue.read(state, now) });
    const output = plan(inputOf({ workload, observation, state, now }));
    const results = output.actions.map((action) => ({ action, outcome: 'accepted' as const }));
    state = settle(output.state, results, workload.revision, now);
    for (const action of output.actions) apply(groups, action, now);
    looked.push({ seconds: second, serving, active: queue.active(), output });
  }
  return looked;
}

function fluidOf({ arrivals, rate, spoilt = () => 0, random }: QueueWorld) {
  const minutes = new Map<number, number>();
  let [active, dead] = [0, 0];
  return {
    active: (): number => active,
    step(second: number, serving: number): void {
      const arrived = poisson(arrivals(second), random);
      const working = Math.min(active, serving);
      const left = Math.min(active + arrived, poisson(working * rate(second, working), random));
      dead += left * spoilt(serving);
      active += arrived - left;
      const at = NOW + second * 1000;
      const minute = at - (at % MINUTE_MS);
      minutes.set(minute, (minutes.get(minute) ?? 0) + arrived);
    },
    read(state: PlannerState | undefined, now: number): Partial<Observation> {
      const due = now - (state?.minutesAt ?? 0) >= MINUTE_MS;
      const shown = [...minutes]
        .filter(([at]) => at + MINUTE_MS + METRICS_LATE_MS <= now && at >= now - 5 * MINUTE_MS)
        .map(([minute, incoming]) => ({ minute, incoming }));
      const value = { active: Math.round(active), deadLetter: Math.floor(dead), scheduled: 0 };
      return {
        queue: { status: 'read', value, at: now },
        minutes: due ? shown : [],
        minutesAt: due ? now : (state?.minutesAt ?? 0),
      };
    },
  };
}

/** Every group is read by name; one that went is a 404. */
function shownOf(groups: Map<string, Placed>, state: PlannerState | undefined, now: number): Partial<Observation> {
  const shown = [...groups].map(([name, { tags, ready }]): Group => {
    const [group, container, provisioningState] =
      ready <= now ? ['Running', 'Running', 'Succeeded'] : ['Pending', 'Waiting', 'Pending'];
    const containers = [{ name: 'main', state: container, restartCount: 0 }];
    return groupOf(0, { name, tags, state: group, containers, provisioningState });
  });
  const gone = Object.keys(seenIn(state)).filter((name) => !groups.has(name));
  const looks: [string, { value: Group | null; at: number }][] = [
    ...gone.map((name): [string, { value: null; at: number }] => [name, { value: null, at: now }]),
    ...shown.map((value): [string, { value: Group; at: number }] => [value.name, { value, at: now }]),
  ];
  return {
    startedAt: now,
    groups: { status: 'read', value: shown, at: now },
    looks: Object.fromEntries(looks),
    base: undefined,
  };
}

function apply(groups: Map<string, Placed>, action: Action, now: number): void {
  if (action.kind === 'create-group') groups.set(action.name, { tags: action.tags, ready: now + START_MS });
  if (action.kind === 'stop-group' || action.kind === 'delete-group') groups.delete(action.name);
  if (action.kind !== 'drain-group' && action.kind !== 'undrain-group') return;
  const group = groups.get(action.name);
  if (group) group.tags = action.tags;
}

/** A number of events with this mean; the mean itself where chance is left out. */
export function poisson(mean: number, random: Random | undefined): number {
  if (!random) return mean;
  if (mean > 20) {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  let count = 0;
  for (let product = random.next(); product > Math.exp(-mean); product *= random.next()) count++;
  return count;
}
