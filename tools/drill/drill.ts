// A fire drill: fills a queue, waits for one real group to serve, empties the queue, and waits until the group is gone.
//
//   filled --a group is listed--> accepted --its containers run--> serving --queue emptied--> leaving --no bill--> --404--> gone
//      |            |                |                                                          |
//      +------------+----------------+---- interrupted, or too slow: queue emptied, groups deleted, each looked for by name
//
// The controller does all of it; the drill itself deletes a group only when it cleans up.

import { groupUsdPerHour } from '../../shared/placement/prices.ts';
import { TAGS } from '../../shared/placement/tags.ts';
import type { ContainerGroups, Group } from '../../shared/ports/container-groups.ts';
import { AzureFailure } from '../../shared/ports/errors.ts';

/** The workload that infra/main.bicep deploys for it. */
export const DRILL = 'drill';

export interface DrillQueue {
  holdsMessages(): Promise<boolean>;
  fill(messages: number): Promise<void>;
  /** Deletes every message; answers how many. */
  empty(): Promise<number>;
}

export interface DrillOptions {
  queue: DrillQueue;
  groups: Pick<ContainerGroups, 'list' | 'get' | 'stop' | 'delete'>;
  /** Epoch ms. */
  now: () => number;
  /** Between two looks; ends early, and may throw, when the signal is aborted. */
  pause: (signal?: AbortSignal) => Promise<void>;
  /** Aborted when somebody interrupts the drill. */
  signal: AbortSignal;
  say: (line: string) => void;
  messages: number;
  /** Most that each leg may take. */
  patienceSeconds: number;
}

export interface Leg {
  what: string;
  seconds: number;
}

export interface DrillResult {
  group: string;
  legs: Leg[];
  cents: number;
}

/** Throws a sentence when it fails or is interrupted; then everything has been cleaned up, or the sentence names what stays. */
export async function drill(options: DrillOptions): Promise<DrillResult> {
  if (await options.queue.holdsMessages())
    throw new Error('The drill queue holds messages already: another drill runs, or it is not the queue of the drill.');
  try {
    return await legs(options);
  } catch (error) {
    const reason = options.signal.aborted ? 'The drill was interrupted' : sentence(error);
    options.say(`${reason}: cleaning up.`);
    const removed = await cleanUp(options);
    throw new Error(`${reason}; the queue is empty and ${removed} groups were removed.`, { cause: error });
  }
}

async function legs(options: DrillOptions): Promise<DrillResult> {
  const { queue, groups, now, say, messages } = options;
  const done: Leg[] = [];
  const leg = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
    const start = now();
    const found = await until(options, what, look);
    const seconds = (now() - start) / 1000;
    done.push({ what, seconds });
    say(`${seconds.toFixed(0).padStart(5)} s  ${what}`);
    return found;
  };
  await queue.fill(messages);
  say(`${messages} messages are in the drill queue.`);
  const { name } = await leg('until a container group was created', async () => (await drillGroups(options))[0]);
  const createdAt = now();
  const serving = await leg('until its containers ran', async () => {
    const group = await groups.get(name);
    return group && runs(group) ? group : undefined;
  });
  say(`The queue is emptied: ${await queue.empty()} messages were left.`);
  await leg('until the bill ended', async () => {
    const group = await groups.get(name);
    return group === undefined || group.state === 'Stopped' || group.state === 'Terminated' ? true : undefined;
  });
  const billedHours = (now() - createdAt) / 3_600_000;
  await leg('until Azure answered 404', async () => ((await groups.get(name)) === undefined ? true : undefined));
  const cents = 100 * billedHours * groupUsdPerHour(serving.location, serving.cpu, serving.memoryInGB);
  return { group: name, legs: done, cents };
}

const runs = ({ state, containers }: Group): boolean =>
  state === 'Running' && containers.length > 0 && containers.every((container) => container.state === 'Running');

async function drillGroups({ groups }: DrillOptions): Promise<{ name: string }[]> {
  return (await groups.list()).filter(({ tags }) => tags[TAGS.workload] === DRILL);
}

/** Looks again and again; a look that Azure refuses is no answer. */
async function until<T>(options: DrillOptions, what: string, look: () => Promise<T | undefined>): Promise<T> {
  const { now, pause, signal, patienceSeconds } = options;
  const end = now() + patienceSeconds * 1000;
  let refused = '';
  while (now() < end) {
    signal.throwIfAborted();
    const found = await unlessRefused(look, (why) => (refused = ` The last look failed: ${why}`));
    if (found !== undefined) return found;
    await pause(signal);
  }
  throw new Error(
    `Longer than ${patienceSeconds} s ${what}: see the reasons in GET /api/status/${DRILL}, or npm run drill -- --patience.${refused}`,
  );
}

async function unlessRefused<T>(look: () => Promise<T>, refused: (why: string) => void): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    refused(error.message);
    return undefined;
  }
}

/** Empties the queue and removes every group of the drill. Answers how many; throws when some stay, or messages do. */
async function cleanUp(options: DrillOptions): Promise<number> {
  const { queue, groups, now, pause, patienceSeconds } = options;
  let full: string | undefined = 'nobody tried';
  const left = new Set<string>();
  const removed = new Set<string>();
  const end = now() + patienceSeconds * 1000;
  // A list may lag behind a create that was accepted just before: one empty look is not enough.
  let clean = 0;
  while (clean < 2 && now() < end) {
    // Spillway starts groups for what is in the queue; those that run bill whatever becomes of it.
    if (full !== undefined) full = await queue.empty().then(() => undefined, sentence);
    await unlessRefused(
      async () => {
        for (const { name } of await drillGroups(options)) left.add(name);
        for (const name of left) if ((await groups.get(name)) === undefined) left.delete(name);
        for (const name of left) {
          removed.add(name);
          // A stop ends the bill at once, where a delete has to wait its turn.
          await groups.stop(name);
          await groups.delete(name);
        }
        clean = left.size === 0 ? clean + 1 : 0;
      },
      () => (clean = 0),
    );
    if (clean < 2) await pause();
  }
  if (clean === 2 && full === undefined) return removed.size;
  const bill =
    clean === 2
      ? `${removed.size} groups were removed.`
      : `These groups may still bill: ${[...left].join(', ') || 'Azure does not say'}.`;
  const more = ` The queue could not be emptied, so Spillway may start groups until its messages expire: ${full}`;
  throw new Error(full === undefined ? bill : bill + more);
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
