// One run of the demo: the stack comes up, the load plays, and the story is over when the load has fallen and everything
// was given back. Whoever watches gets a snapshot each simulated second.

import { pace } from '../clock.ts';
import type { Stack } from '../stack.ts';
import type { Workers } from '../workers.ts';
import type { Figures } from './record.ts';
import { playScene, type Scene, type SceneOptions } from './scene.ts';
import { openStage, type LocalStage, type StageOptions } from './local-stage.ts';

export type { Snapshot } from './scene.ts';

export interface StoryOptions extends Omit<StageOptions, 'onAccepted'>, SceneOptions {
  /** Simulated seconds per real second; Infinity for as fast as the machine allows. */
  speed: number;
  /** Called when the stack is up: to watch it, or to break something in the middle. */
  onStart?: ((running: RunningStory) => void) | undefined;
  /** Gives the story up. */
  signal?: AbortSignal | undefined;
}

export interface RunningStory {
  stack: Stack;
  workers: Workers;
  /** When the load began, epoch ms of the simulated clock. */
  start: number;
  /** Settles when the story is over, before the stack goes down. */
  ended: Promise<boolean>;
  /** Runs something at a moment of the story, in simulated seconds since its start. */
  at: (second: number, run: () => void) => void;
}

export interface Outcome {
  figures: Figures;
  /** False when the story was given up: it was told to, or something was not given back in time. */
  complete: boolean;
}

export async function runStory(options: StoryOptions): Promise<Outcome> {
  let scene: Scene | undefined;
  const stage = await openStage({ ...options, onAccepted: () => scene?.accepted() });
  try {
    scene = playScene(stage, options);
    return await follow(scene, stage, options);
  } finally {
    await stage.stack.close();
  }
}

async function follow(
  scene: Scene,
  { stack, clock }: LocalStage,
  { speed, signal, onStart }: StoryOptions,
): Promise<Outcome> {
  const { start, workers, ended } = scene;
  onStart?.({ stack, workers, start, ended, at: (second, run) => void clock.at(start + second * 1000, run) });
  signal?.addEventListener('abort', () => scene.giveUp());
  if (signal?.aborted) scene.giveUp();
  const stop = new AbortController();
  const running = speed === Infinity ? hurry(stack, stop.signal) : pace(stack.clock, speed, stop.signal);
  const complete = await Promise.race([ended, running.then(() => false)]);
  stop.abort();
  await running;
  return { figures: scene.figures(), complete };
}

async function hurry({ clock }: Stack, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) await clock.advance(clock.quantum);
}
