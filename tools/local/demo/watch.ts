// Plays the story in front of someone: what is logged is shown and kept, Ctrl+C ends it, and a host that dies does too.

import type { HostLog } from './host-log.ts';
import { hostEnded } from './local-stage.ts';
import type { NamedLoad, DemoOptions } from './options.ts';
import type { Show } from './show.ts';
import type { Upgrade } from './upgrade.ts';
import { runStory, type Outcome, type RunningStory } from './story.ts';

/** Undefined when the user ended the story. Throws when the stack fails. */
export async function watchStory(
  options: DemoOptions,
  { load }: NamedLoad,
  show: Show,
  log: HostLog,
  upgrade?: Upgrade,
): Promise<Outcome | undefined> {
  const { seed, speed, lifecycle, quota } = options;
  const stop = new AbortController();
  let crash: Error | undefined;
  const watchHost = async ({ stack, ended }: RunningStory): Promise<void> => {
    let code = await Promise.race([stack.host.exited, ended.then(() => 'over' as const)]);
    // A host that ends for a deployment has a successor.
    while (stack.deployment && code !== 'over') {
      await stack.deployment;
      code = await Promise.race([stack.host.exited, ended.then(() => 'over' as const)]);
    }
    if (code === 'over' || stop.signal.aborted) return;
    crash = hostEnded(code);
    stop.abort();
  };
  const release = onInterrupt(() => stop.abort());
  try {
    const outcome = await runStory({
      load,
      seed,
      speed,
      lifecycle,
      quota,
      signal: stop.signal,
      env: upgrade?.env,
      onLog: (line) => log.take(line),
      onSnapshot: (snapshot) => {
        upgrade?.snapshot(snapshot);
        show.snapshot(snapshot);
      },
      onStart: (running) => {
        show.begin(running.start);
        upgrade?.begin(running, (decision) => show.decision(decision));
        void watchHost(running);
      },
    });
    if (crash) throw crash;
    return stop.signal.aborted ? undefined : outcome;
  } catch (error) {
    // Ctrl+C reaches the host too, which may then end while it starts.
    if (stop.signal.aborted && !crash) return undefined;
    throw error;
  } finally {
    show.end();
    release();
  }
}

/** Calls `end` at the first Ctrl+C or request to terminate; a second one does not wait for the cleaning up. */
export function onInterrupt(end: () => void): () => void {
  let asked = false;
  const interrupt = (): void => {
    if (asked) process.exit(1);
    asked = true;
    end();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  return () => signals.forEach((signal) => process.off(signal, interrupt));
}
