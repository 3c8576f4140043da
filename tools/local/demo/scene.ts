// A load, the replicas that work it off, and the record of both, on a local Azure and a queue that someone else brings:
// the real servers of the demo, or the models in memory of its comparison.

import type { AzureModel } from '../azure/azure.ts';
import type { Clock } from '../clock.ts';
import { seeded } from '../random.ts';
import type { Queue } from '../servicebus/queue.ts';
import { Workers, type Poll } from '../workers.ts';
import { WORLD } from '../world.ts';
import { durationOf, play, rateAt, type Load } from './load.ts';
import { leftOver, Recorder, SECONDS_PER_MESSAGE, type Figures } from './record.ts';

export interface Stage {
  clock: Clock;
  model: AzureModel;
  queue: Queue;
  poll: Poll;
}

export interface SceneOptions {
  load: Load;
  seed: number;
  lifecycle: Lifecycle;
  onSnapshot?: ((snapshot: Snapshot) => void) | undefined;
}

export type Lifecycle = 'create-delete' | 'start-stop';

export interface Snapshot {
  /** Simulated seconds since the start. */
  second: number;
  /** Messages per second that arrive. */
  load: number;
  backlog: number;
  baseReplicas: number;
  burstReplicas: number;
  /** Container groups that are not gone (with `start-stop`: not stopped), serving or not. */
  groups: number;
}

export interface Scene {
  /** When it began, epoch ms of the simulated clock. */
  start: number;
  workers: Workers;
  /** True when all was worked off and given back, false when that took too long or the scene was given up. */
  ended: Promise<boolean>;
  /** A container group was accepted by Azure. */
  accepted(): void;
  giveUp(): void;
  figures(): Figures;
}

/** After the load fell, everything must be given back within this time (simulated seconds). */
const GIVE_BACK_SECONDS = 3_600;

/** Plays the load from now on; it is over when the load has fallen and everything was given back. */
export function playScene(stage: Stage, options: SceneOptions): Scene {
  const { load, lifecycle, onSnapshot } = options;
  const { clock, model, queue } = stage;
  const { start, workers, recorder, look } = setScene(stage, options);
  const stopLoad = play(load, seeded(options.seed + 2), clock, () => queue.send({ body: {} }));
  const ended = Promise.withResolvers<boolean>();
  const set = model.scaleSets.find(WORLD.scaleSet.id);
  const loadEnds = durationOf(load);
  const tick = (): void => {
    const snapshot = look(rateAt(load, (clock.now() - start) / 1000));
    onSnapshot?.(snapshot);
    const { second, groups, backlog } = snapshot;
    const givenBack = second >= loadEnds && groups === 0 && set.instances.size <= WORLD.scaleSet.capacity;
    if (givenBack) stopLoad();
    if (givenBack && backlog === 0) ended.resolve(true);
    else if (second >= loadEnds + GIVE_BACK_SECONDS) ended.resolve(false);
    else clock.at(start + (second + 1) * 1000, tick);
  };
  clock.at(start, tick);
  return {
    start,
    workers,
    ended: ended.promise,
    accepted: () => recorder.accepted(),
    giveUp: () => ended.resolve(false),
    figures: () => recorder.figures(load, workers.killedBusy, lifecycle),
  };
}

/** The replicas and the record alone; `look` adds to the record what is there now, under the given load. */
export function setScene({ clock, model, queue, poll }: Stage, { seed, lifecycle }: Omit<SceneOptions, 'load'>) {
  const start = clock.now();
  const recorder = new Recorder(clock, model, queue, WORLD.scaleSet.capacity);
  const workers = new Workers({
    clock,
    queue,
    random: seeded(seed + 1),
    secondsPerMessage: SECONDS_PER_MESSAGE,
    replicasPerInstance: WORLD.replicasPerInstance,
    poll,
    onDone: (waited) => recorder.done(waited),
  });
  workers.follow(model, model.scaleSets.find(WORLD.scaleSet.id));
  const look = (load: number): Snapshot => {
    recorder.sample();
    return {
      second: Math.round((clock.now() - start) / 1000),
      load,
      backlog: queue.counts().active,
      baseReplicas: recorder.base,
      burstReplicas: recorder.burst,
      groups: leftOver(model, lifecycle),
    };
  };
  return { start, workers, recorder, look };
}
