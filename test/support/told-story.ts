// The demo's story as acceptance tests tell it: as fast as the machine allows, watched from outside of Spillway, and
// given up at once when breaking something in the middle of it goes wrong.

import { durationOf, spike } from '../../tools/local/demo/load.ts';
import type { Figures } from '../../tools/local/demo/record.ts';
import { runStory, type RunningStory, type StoryOptions } from '../../tools/local/demo/story.ts';
import type { Exchange } from '../../tools/local/azure/server.ts';
import type { LogLine } from '../../tools/local/host/launch.ts';

/** Messages per second before and after the spike: the work of two and a half replicas. */
const STEADY = 1.15;
/** After the load fell, everything is given back within this time: long before the sweeper would do it, at 60 minutes. */
const GIVEN_BACK_WITHIN_SECONDS = 900;

/** A story in progress, to break something in. */
export interface Stage extends RunningStory {
  /** Does something while the clock stands. The story ends when it fails. */
  now(what: () => Promise<unknown>): void;
  /** The same, simulated seconds from now. */
  soon(seconds: number, what: () => Promise<unknown>): void;
}

export interface Told {
  /** False when not everything was given back within a quarter of an hour after the load fell. */
  complete: boolean;
  figures: Figures;
  lines: LogLine[];
  /** What the local Azure was asked and answered, oldest first; answers that were dropped are not among them. */
  exchanges: Exchange[];
}

export interface TellOptions extends Partial<Omit<StoryOptions, 'onStart' | 'onExchange' | 'onLog' | 'signal'>> {
  onStart?: (stage: Stage) => void;
  /** Seconds after which nothing is looked at any more; default: until everything was given back. */
  until?: number;
  /** Called for every exchange with the local Azure, while the clock stands. */
  onExchange?: (exchange: Exchange, stage: Stage) => void;
}

/** Whatever happens in a story, this holds at its end. */
export const NOTHING_LOST_OR_LEFT = {
  complete: true,
  figures: { messagesLost: 0, groupsLeftOver: 0, groupsCreatedTwice: 0 },
};

/** Runs the built-in story. Rejects with what went wrong in the middle, if anything did. */
export async function tellStory({
  onStart,
  onExchange,
  load = spike(STEADY),
  until = durationOf(load) + GIVEN_BACK_WITHIN_SECONDS,
  ...options
}: TellOptions = {}): Promise<Told> {
  const lines: LogLine[] = [];
  const exchanges: Exchange[] = [];
  const failures: unknown[] = [];
  const giveUp = new AbortController();
  let stage: Stage | undefined;
  const outcome = await runStory({
    load,
    seed: 1,
    speed: Infinity,
    lifecycle: 'create-delete',
    ...options,
    signal: giveUp.signal,
    onLog: (line) => void lines.push(line),
    onExchange: (exchange) => {
      exchanges.push(exchange);
      if (stage) onExchange?.(exchange, stage);
    },
    onStart: (running) => {
      stage = stageOf(running, (error) => {
        failures.push(error);
        giveUp.abort();
      });
      running.at(until, () => giveUp.abort());
      onStart?.(stage);
    },
  });
  if (failures.length > 0) throw failures[0];
  return { ...outcome, lines, exchanges };
}

function stageOf(running: RunningStory, fail: (error: unknown) => void): Stage {
  const { clock } = running.stack;
  const now: Stage['now'] = (what) => {
    const release = clock.hold();
    void what().catch(fail).finally(release);
  };
  return { ...running, now, soon: (seconds, what) => void clock.at(clock.now() + seconds * 1000, () => now(what)) };
}

const ofGroup = ({ url }: Exchange): boolean => url.includes('/containerGroups/');

/** An accepted create of a container group. */
export const isCreate = (exchange: Exchange): boolean =>
  exchange.method === 'PUT' && exchange.status < 300 && ofGroup(exchange);

/** An accepted stop or deletion of a container group. */
export const isGivenBack = (exchange: Exchange): boolean =>
  exchange.status < 300 &&
  ofGroup(exchange) &&
  (exchange.method === 'DELETE' || (exchange.method === 'POST' && exchange.url.includes('/stop?')));

/** Tells each of them of every exchange. */
export const all =
  (...each: NonNullable<TellOptions['onExchange']>[]): NonNullable<TellOptions['onExchange']> =>
  (exchange, stage) => {
    for (const one of each) one(exchange, stage);
  };

/** Calls `then` at the exchange of that number, counted from 1, that `matches`. */
export function atExchange(
  number: number,
  matches: (exchange: Exchange) => boolean,
  then: (stage: Stage) => void,
): NonNullable<TellOptions['onExchange']> {
  let count = 0;
  return (exchange, stage) => {
    if (matches(exchange) && ++count === number) then(stage);
  };
}
