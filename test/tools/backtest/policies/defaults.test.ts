import { expect, test } from 'vitest';
import { policyOf } from '../../../../tools/backtest/policies/policies.ts';
import { scriptOf, USUAL } from '../../../../tools/backtest/trace.ts';
import type { Group } from '../../../../tools/backtest/world/groups.ts';
import type { Machine } from '../../../../tools/backtest/world/machines.ts';
import type { Sight } from '../../../../tools/backtest/world/world.ts';

/** Something by second; before the first second what it is then. */
type Course = (second: number) => number;

const until =
  (end: number, before: number, after: number): Course =>
  (second) =>
    second < end ? before : after;

/**
 * A world without chance and without limits: what is asked for serves at once, and a load, in busy replicas, is divided by
 * what serves now. So each figure below follows from the documented algorithm by hand.
 */
class Stage {
  now = 0;
  readonly replicasPerInstance: number;
  readonly groups = {
    byName: new Map<string, Partial<Group>>(),
    create: ({ name, ordinal }: { name: string; ordinal: number }, createdAt: number): void => {
      this.groups.byName.set(name, { name, ordinal, createdAt, readyAt: createdAt, fails: false });
    },
    delete: (name: string): boolean => this.groups.byName.delete(name),
  };
  readonly machines = {
    list: [] as Machine[],
    add: (count: number, now: number): boolean => {
      for (let added = 0; added < count; added++) {
        this.machines.list.push({
          id: `vm-${++this.#made}`,
          replicas: 1,
          createdAt: now,
          readyAt: now,
          toldAt: Infinity,
        });
      }
      return true;
    },
    remove: (ids: ReadonlySet<string>): void => {
      this.machines.list = this.machines.list.filter(({ id }) => !ids.has(id));
    },
  };
  readonly #load: Course;
  #made = 0;

  constructor(load: Course, replicasPerInstance: number) {
    this.#load = load;
    this.replicasPerInstance = replicasPerInstance;
  }

  get serving(): number {
    return this.groups.byName.size + this.machines.list.length * this.replicasPerInstance;
  }

  get depth(): number {
    return this.#load(this.now);
  }

  meanDepth(from: number, to: number): number {
    let sum = 0;
    for (let second = Math.round(from); second < to; second++) sum += this.#load(second);
    return sum / (to - Math.round(from));
  }

  utilization(from: number, to: number): number | undefined {
    return this.serving === 0 ? undefined : this.meanDepth(from, to) / this.serving;
  }

  changed(): void {}
}

/** When a peer at its defaults has asked for how many groups or machines, as `second: count`. */
function courseOf(name: string, seconds: number, load: Course, replicasPerInstance = 100): Record<number, number> {
  const stage = new Stage(load, replicasPerInstance);
  const script = scriptOf({ name: 'stage', binSeconds: 60, counts: [1] }, 1, { ...USUAL, replicasPerInstance });
  const policy = policyOf(name, script, { targetWait: 30 });
  const course: Record<number, number> = {};
  let before = 0;
  for (let nextAt = 0; stage.now < seconds; stage.now++) {
    if (stage.now >= nextAt) nextAt = policy.act(stage as unknown as Sight);
    const count = stage.groups.byName.size + stage.machines.list.length;
    if (count !== before) course[stage.now] = before = count;
  }
  return course;
}
test.each<{
  name: string;
  says: string;
  load: Course;
  seconds: number;
  course: Record<number, number>;
  replicas?: number;
}>([
  {
    name: 'keda-queue',
    says: '50 messages at 5 each are ten pods, held for 300 s after the last proposal, none at the first poll 300 s after an active one',
    load: until(70, 50, 0),
    seconds: 450,
    course: { 0: 1, 15: 5, 30: 10, 360: 1, 390: 0 },
  },
  {
    name: 'keda-jobs',
    says: 'ten messages are ten jobs, and ten more become jobs 30 s later',
    load: until(1, 10, 20),
    seconds: 100,
    course: { 0: 10, 30: 20 },
  },
  {
    // Pods for a load are its mean of 57 to 27 s ago over 0.8; the load rises by one such pod a second from second 100 on.
    name: 'hpa-utilization',
    says: '80 % of the load of 27 to 57 s ago, at most doubled in 15 s, the highest proposal of 300 s kept',
    load: (second) => (second < 165 ? 40 + 0.8 * Math.max(0, second - 100) : 8),
    seconds: 600,
    course: { 0: 1, 15: 5, 30: 10, 45: 20, 60: 40, 75: 50, 150: 59, 165: 73, 180: 88, 495: 50, 510: 10 },
  },
  {
    name: 'knative',
    says: '70 % of the mean of 60 s, and none 30 s after 60 s without load',
    load: until(100, 7, 0),
    seconds: 400,
    course: { 0: 10, 106: 9, 112: 8, 118: 7, 124: 6, 130: 5, 136: 4, 142: 3, 148: 2, 154: 1, 250: 0 },
  },
  {
    name: 'azure-autoscale',
    says: '70 % over five minutes is not above 70 %',
    load: (second) => (second >= 1000 && second < 1060 ? 350 : 0),
    seconds: 2000,
    course: { 0: 1 },
  },
  {
    name: 'azure-autoscale',
    says: '70.2 % over five minutes adds one, which goes after a cool-down of five',
    load: (second) => (second >= 1000 && second < 1060 ? 351 : 0),
    seconds: 2000,
    course: { 0: 1, 1200: 2, 1500: 1 },
  },
  {
    name: 'azure-autoscale',
    says: 'one instance in five minutes, however high the load is',
    load: () => 1000,
    seconds: 700,
    course: { 0: 1, 60: 2, 360: 3, 660: 4 },
  },
  {
    name: 'aws-target-tracking',
    says: '120 messages on an instance, 30 s of four replicas, are the target',
    load: () => 120,
    seconds: 2000,
    course: { 0: 1 },
    replicas: 4,
  },
  {
    name: 'aws-target-tracking',
    says: 'above the target for three minutes one is added',
    load: () => 121,
    seconds: 1000,
    course: { 0: 1, 120: 2 },
    replicas: 4,
  },
  {
    // Until 420 the new one warms up: 115 messages on one instance are not below nine tenths of 120, on two they are.
    name: 'aws-target-tracking',
    says: 'one is removed at the fifteenth minute after a warm-up of five',
    load: until(60, 130, 115),
    seconds: 2000,
    course: { 0: 1, 120: 2, 1260: 1 },
    replicas: 4,
  },
  {
    name: 'aws-step',
    says: '59 % is less than ten above the threshold of 50 %',
    load: () => 59,
    seconds: 2000,
    course: { 0: 1 },
  },
  { name: 'aws-step', says: '60 % adds one', load: () => 60, seconds: 400, course: { 0: 1, 300: 2 } },
  {
    name: 'aws-step',
    says: 'while one of two warms up for five minutes, 30 % of the other are the one that comes already',
    load: () => 400,
    seconds: 1000,
    course: { 0: 1, 300: 2, 600: 3, 900: 4 },
  },
  {
    name: 'nomad',
    says: '63 at 70 % are 90, and what the load is since then is heard after five minutes',
    load: until(20, 63, 35),
    seconds: 700,
    course: { 0: 1, 10: 90, 310: 50 },
  },
  {
    name: 'static-peak',
    says: 'a quarter more than the peak of 60',
    load: () => 0,
    seconds: 60,
    course: { 0: 75 },
    replicas: 1,
  },
])('$name at its defaults: $says', ({ name, load, seconds, course, replicas }) => {
  expect(courseOf(name, seconds, load, replicas)).toEqual(course);
});
