// Before container groups are removed they drain: the app is asked to, because it knows how each workload does that. It says
// itself how far it is, so that nobody spends the reads that it needs for it.

import type { ContainerGroups } from '../../shared/ports/container-groups.ts';
import { ask, type Asked } from './ask-app.ts';

export interface DrainOptions {
  app: Pick<Asked, 'url' | 'key'>;
  containerGroups: Pick<ContainerGroups, 'list'>;
  /** Seconds from look to look, and the pause itself. */
  everySeconds: number;
  pause: () => Promise<void>;
  say: (line: string) => unknown;
}

interface Status {
  pause?: { since: string };
  workloads?: { mode: string; figures?: { burstBilling: number }; decisions: { at: string }[] }[];
}

/** Beside the drain itself: evaluations that mark and stop, each on what the one before did. */
const STEPS_SECONDS = 180;

/** Waits until no container group runs, for the longest drain time-out of the workloads at most. Says what becomes of it. */
export async function drainAll({ app, containerGroups, everySeconds, pause, say }: DrainOptions): Promise<void> {
  const there = (await containerGroups.list()).length;
  if (there === 0) return;
  const answer = await ask({ ...app, path: 'pause', body: { author: 'azd down', scope: 'drain' } });
  if (typeof answer === 'string' || answer.status !== 200) {
    const why = typeof answer === 'string' ? answer : 'The app is not configured.';
    say(
      `${why} So nobody can drain the container groups: ${there} are removed at once, and their work is redelivered.`,
    );
    return;
  }
  const { drainTimeoutSeconds } = answer.body as { drainTimeoutSeconds: number };
  say(`Container groups drain (${there}), each for ${drainTimeoutSeconds} s at most (SPILLWAY_DRAIN_TIMEOUT_SECONDS).`);
  let drained = false;
  for (let look = Math.ceil((drainTimeoutSeconds + STEPS_SECONDS) / everySeconds); look > 0 && !drained; look--) {
    await pause();
    drained = await allDrained(app);
  }
  say(drained ? 'All of them have drained.' : 'Some have not drained in time, and are removed now.');
}

/** By decisions that were made since. A workload in dry run drains nothing, so nobody waits for it. */
async function allDrained(app: DrainOptions['app']): Promise<boolean> {
  const answer = await ask({ ...app, path: 'status' });
  if (typeof answer === 'string' || answer.status !== 200) return false;
  const { pause, workloads = [] } = answer.body as Status;
  return workloads
    .filter(({ mode }) => mode === 'enforce')
    .every(({ figures, decisions: [last] }) => figures?.burstBilling === 0 && after(last?.at, pause?.since));
}

const after = (at: string | undefined, since: string | undefined): boolean =>
  at !== undefined && since !== undefined && new Date(at) >= new Date(since);
