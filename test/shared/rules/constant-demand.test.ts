// Messages arrive independently of each other at a constant mean rate and take random times, depths are misread by 5 %: after
// the fleet has settled, nothing may change. A thousand worlds, each with a load, a time of work and starts of its own. And worlds
// whose load fell before: there a fleet may be just as large as its band, and chance would take one away some time.

import { expect, it } from 'vitest';
import { isConstant, sameLoad, type SameLoad } from '../../../shared/signals/same-load.ts';
import { loadOf } from '../../../shared/signals/load.ts';
import { wantedReplicas } from '../../../shared/rules/wanted.ts';
import { highest, remember } from '../../../shared/rules/stabilization.ts';
import { secondsLeft } from '../../../shared/placement/start-time.ts';
import { seeded, type Random } from '../../../tools/local/random.ts';

const BEGIN = 1_800_000_000_000;
const LOOK_SECONDS = 5;
const SETTLED_AFTER = 50 * 60;
const REST = 25 * 60;
const TARGET = { maxWaitSeconds: 30, utilization: 1 };
const START = { usual: 30, slow: 60 };

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** A number of events with this mean: Poisson, by the normal distribution where that is as good. */
function events(mean: number, random: Random): number {
  if (mean > 15) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = 0;
  for (let product = random.next(); product > Math.exp(-mean); product *= random.next()) count++;
  return count;
}

/** Changes of the wanted number after the fleet had time to settle; `fallen`: seconds for which the load was up to twice as high. */
function changesAtRest(seed: number, fallen = 0): string[] {
  const random = seeded(seed);
  const work = 0.5 + 4 * random.next();
  const rest = 1.5 + 40 * random.next() ** 2;
  const before = fallen > 0 ? rest * (1 + random.next()) : rest;
  const steps = Math.ceil(4 / work);
  let [messages, flow, since] = [0, undefined as ReturnType<typeof loadOf>['flow'] | undefined, 0];
  let wishes: [number, number][] = [];
  let starts: { at: number; ready: number }[] = [];
  let same: SameLoad | undefined;
  const changes: string[] = [];
  for (let second = 0; second < fallen + SETTLED_AFTER + REST; second++) {
    const load = second < fallen ? before : rest;
    const serving = starts.filter(({ ready }) => ready <= second).length;
    for (let step = 0; step < steps; step++) {
      const done = Math.min(messages, events(Math.min(serving, messages) / (work * steps), random));
      messages += events(load / (work * steps), random) - done;
    }
    if (second % LOOK_SECONDS !== 0) continue;
    const now = BEGIN + second * 1000;
    const active = Math.max(0, Math.round(messages * (1 + 0.05 * normal(random))));
    const seen = loadOf(flow, active, serving, 1 / work, now);
    flow = seen.flow;
    same = sameLoad(same, seen, now);
    const starting = starts.filter(({ ready }) => ready > second).map(({ at }) => secondsLeft(second - at, START));
    const settled = second - since >= 600;
    const { replicas } = wantedReplicas(seen, 1 / work, TARGET, { serving, starting }, START, {
      settled,
      survived: false,
      constant: isConstant(same),
    });
    wishes = remember(wishes, now, replicas, 60_000);
    const wanted = Math.max(highest(wishes, now, 20_000) ?? starts.length, replicas);
    if (wanted === starts.length) continue;
    since = second;
    if (second > fallen + SETTLED_AFTER)
      changes.push(`seed ${seed}: ${starts.length} to ${wanted} at ${second} s for ${load}`);
    const kept = starts.slice(0, wanted);
    const added = Array.from({ length: Math.max(0, wanted - kept.length) }, () => ({
      at: second,
      ready: second + 15 + Math.round(40 * random.next()),
    }));
    starts = [...kept, ...added];
  }
  return changes;
}

it('at a constant demand nothing changes once it has settled, in 1,000 worlds with readings off by 5 %', () => {
  expect(Array.from({ length: 1_000 }, (_, index) => changesAtRest(index + 1)).flat()).toEqual([]);
}, 120_000);

it('nor after the load fell while the fleet was settled, in all but two of 600 worlds', () => {
  const worlds = Array.from({ length: 600 }, (_, index) => changesAtRest(index + 1, 40 * 60));
  expect(worlds.filter((changes) => changes.length > 0).length).toBeLessThanOrEqual(2);
}, 120_000);
