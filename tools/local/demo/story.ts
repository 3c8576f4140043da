// One run of the demo: the stack comes up, the load plays, and the story is over when the load has fallen and everything
// was given back. Whoever watches gets a snapshot each simulated second.

import type { FaultPlanInput } from '../azure/faults.ts';
import { pace } from '../clock.ts';
import { seeded } from '../random.ts';
import { startStack, type Stack, type StackOptions } from '../stack.ts';
import { Workers, type Poll } from '../workers.ts';
import { queueOf, WORLD } from '../world.ts';
import { declareGroups } from './declared-groups.ts';
import { durationOf, play, rateAt, type Load } from './load.ts';
import { leftOver, Recorder, SECONDS_PER_MESSAGE, type Figures } from './record.ts';

export interface StoryOptions {
  load: Load;
  seed: number;
  /** Simulated seconds per real second; Infinity for as fast as the machine allows. */
  speed: number;
  lifecycle: 'create-delete' | 'start-stop';
  /** Groups that the first region allows. */
  quota?: number | undefined;
  faults?: FaultPlanInput | undefined;
  env?: Record<string, string> | undefined;
  onLog?: StackOptions['onLog'];
  onExchange?: StackOptions['onExchange'];
  onSnapshot?: ((snapshot: Snapshot) => void) | undefined;
  /** Called when the stack is up, for tests that break something in the middle. */
  onStart?: ((running: RunningStory) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Snapshot {
  /** Simulated seconds since the start. */
  second: number;
  /** Messages per second that arrive. */
  load: number;
  backlog: number;
  baseReplicas: number;
  burstReplicas: number;
  /** Container groups that are not gone, serving or not. */
  groups: number;
}

export interface RunningStory {
  stack: Stack;
  workers: Workers;
  /** Runs something at a moment of the story, in simulated seconds since its start. */
  at(second: number, run: () => void): void;
}

export interface Outcome {
  figures: Figures;
  /** False when the story was given up because something was not given back in time. */
  complete: boolean;
}

/** After the load fell, everything must be given back within this time (simulated seconds). */
const GIVE_BACK_SECONDS = 3_600;

export async function runStory(options: StoryOptions): Promise<Outcome> {
  const { seed, lifecycle, quota } = options;
  const watch = { accepted: (): void => {} };
  const stack = await startStack({
    seed,
    lifecycle,
    ...(quota !== undefined && { quota: { westeurope: { groups: quota } } }),
    faults: options.faults,
    env: options.env,
    onLog: options.onLog,
    onExchange: (exchange) => {
      const { method, url, status } = exchange;
      if (status < 300 && url.includes('/containerGroups/') && isStart(method, url)) watch.accepted();
      options.onExchange?.(exchange);
    },
  });
  try {
    if (lifecycle === 'start-stop') declareGroups(stack.azure.model, Number(stack.env['SPILLWAY_BURST_MAX_GROUPS']));
    return await playIn(stack, options, watch);
  } finally {
    await stack.close();
  }
}

const isStart = (method: string, url: string): boolean =>
  method === 'PUT' || (method === 'POST' && url.includes('/start?'));

async function playIn(stack: Stack, options: StoryOptions, watch: { accepted: () => void }): Promise<Outcome> {
  const { load, seed, lifecycle } = options;
  const { clock, azure } = stack;
  const queue = queueOf(stack.serviceBus);
  const recorder = new Recorder(clock, azure.model, queue, WORLD.scaleSet.capacity);
  watch.accepted = () => recorder.accepted();
  const workers = new Workers({
    clock,
    queue,
    random: seeded(seed + 1),
    secondsPerMessage: SECONDS_PER_MESSAGE,
    replicasPerInstance: WORLD.replicasPerInstance,
    poll: pollOf(stack),
    onDone: (waited) => recorder.done(waited),
  });
  const set = azure.model.scaleSets.find(WORLD.scaleSet.id);
  workers.follow(azure.model, set);
  const start = clock.now();
  const stopLoad = play(load, seeded(seed + 2), clock, () => queue.send({ body: {} }));
  options.onStart?.({ stack, workers, at: (second, run) => void clock.at(start + second * 1000, run) });

  const ended = Promise.withResolvers<boolean>();
  const loadEnds = durationOf(load);
  const tick = (): void => {
    recorder.sample();
    const second = Math.round((clock.now() - start) / 1000);
    options.onSnapshot?.({
      second,
      load: rateAt(load, second),
      backlog: queue.counts().active,
      baseReplicas: recorder.base,
      burstReplicas: recorder.burst,
      groups: leftOver(azure.model, lifecycle),
    });
    const givenBack = leftOver(azure.model, lifecycle) === 0 && set.instances.size <= WORLD.scaleSet.capacity;
    if (second >= loadEnds && givenBack) stopLoad();
    if (second >= loadEnds && givenBack && queue.counts().active === 0) ended.resolve(true);
    else if (second >= loadEnds + GIVE_BACK_SECONDS) ended.resolve(false);
    else clock.at(start + (second + 1) * 1000, tick);
  };
  clock.at(start, tick);

  const stop = new AbortController();
  options.signal?.addEventListener('abort', () => ended.resolve(false));
  const running = options.speed === Infinity ? hurry(stack, stop.signal) : pace(clock, options.speed, stop.signal);
  const complete = await Promise.race([ended.promise, running.then(() => false)]);
  stop.abort();
  await running;
  return { figures: recorder.figures(load, workers.killedBusy, lifecycle), complete };
}

async function hurry({ clock }: Stack, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) await clock.advance(clock.quantum);
}

/** The drain contract over HTTP, as a worker would keep it; no answer means to go on as before. */
const pollOf =
  (stack: Stack): Poll =>
  async (replica, busy) => {
    const url = `http://127.0.0.1:${stack.host.port}/api/replicas/${replica}?workload=${WORLD.workload}&busy=${busy}`;
    try {
      const answer = (await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).json()) as {
        state?: 'serve' | 'drain';
      };
      return answer.state;
    } catch {
      return undefined;
    }
  };
