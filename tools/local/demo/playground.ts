// The local stack under a steady load at real speed, until it is closed; a spike comes when it is asked for.

import { pace } from '../clock.ts';
import { seeded } from '../random.ts';
import type { StackOptions } from '../stack.ts';
import { hostEnded, openStage } from './local-stage.ts';
import { play, rateAt, spike, STEADY, type Load } from './load.ts';
import { setScene, type Snapshot } from './scene.ts';

export interface Playground {
  /** Port of the operations API. */
  port: number;
  /** The load grows twentyfold for five minutes, from now on. */
  spike(): void;
  /** Settles when the host is gone without having been closed. */
  died: Promise<Error>;
  close(): Promise<void>;
}

const SPEED = 1;
const SEED = 1;
const CALM: Load = { seconds: 1, rates: [STEADY] };

export async function openPlayground(options: {
  port: number;
  onLog: StackOptions['onLog'];
  /** The stack is up at this simulated moment (epoch ms). */
  onStart: (start: number) => void;
  onSnapshot: (snapshot: Snapshot) => void;
}): Promise<Playground> {
  const stage = await openStage({ seed: SEED, lifecycle: 'create-delete', port: options.port, onLog: options.onLog });
  const { stack, queue, clock } = stage;
  const { start, look } = setScene(stage, { seed: SEED, lifecycle: 'create-delete' });
  options.onStart(start);
  const random = seeded(SEED + 2);
  const begin = (load: Load) => ({
    load,
    since: clock.now(),
    stop: play(load, random, clock, () => queue.send({ body: {} })),
  });
  let playing = begin(CALM);
  const tick = (): void => {
    const { load, since } = playing;
    options.onSnapshot(look(rateAt(load, (clock.now() - since) / 1000)));
    clock.at(clock.now() + 1000, tick);
  };
  clock.at(start, tick);

  const stop = new AbortController();
  const running = pace(stack.clock, SPEED, stop.signal);
  const died = stack.host.exited.then(hostEnded);
  return {
    port: stack.host.port,
    died: Promise.race([died, running.then(() => died)]),
    spike: () => {
      playing.stop();
      playing = begin(rising());
    },
    close: async () => {
      stop.abort();
      await running;
      await stack.close();
    },
  };
}

/** The story's spike without its quiet beginning. */
function rising(): Load {
  const { seconds, rates } = spike(STEADY);
  const quiet = rates.findIndex((rate) => rate > STEADY);
  return { seconds, rates: rates.slice(quiet) };
}
