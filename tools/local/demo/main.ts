// npm run demo: plays a spike on this machine, shows it, and answers how Spillway did.
//
//   0  everything was worked off and given back    1  it was not, or the run failed    2  the options are wrong

import { writeFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { answer, failures, type Comparison } from './answer.ts';
import { hostLog } from './host-log.ts';
import { liveShow } from './live.ts';
import { durationOf } from './load.ts';
import { loadOf, parseOptions, type DemoOptions, type NamedLoad } from './options.ts';
import { plainShow } from './plain.ts';
import type { Show } from './show.ts';
import { runStory, type Outcome } from './story.ts';
import { summary } from './summary.ts';
import { withoutBurst } from './without-burst.ts';
import { clockText, spanText, wrap } from './words.ts';

const out = process.stdout;
const say = (text: string): void => {
  const width = Math.min(out.isTTY ? out.columns : 120, 120);
  for (const line of wrap(text, width)) out.write(`${line}\n`);
};

/** Beyond the load the burst has to go and the scale set to shrink: what that took in the built-in story, as a share. */
const GIVE_BACK_SHARE = 0.45;

async function demo(options: DemoOptions, { load, title }: NamedLoad): Promise<number> {
  const begun = performance.now();
  const seconds = durationOf(load);
  const live = out.isTTY && !options.plain && !process.env['CI'] && process.env['TERM'] !== 'dumb';
  const show = live
    ? liveShow(out, title, Math.min(seconds * (1 + GIVE_BACK_SHARE), seconds + 600))
    : plainShow((line) => void out.write(`${line}\n`));
  say(`Spillway demo: ${title}. About ${spanText(seconds / options.speed)} at speed ${options.speed}, and some more to give everything back.`);
  say('Starting a local Azure, Service Bus, storage and Functions host ...');
  const played = await play(options, load, show);
  if (played === 'stopped') {
    say('Stopped before its end; everything is shut down.');
    return 1;
  }
  const realSeconds = (performance.now() - begun) / 1000;
  const comparison = options.compare ? await compare({ load, seed: options.seed }) : undefined;
  const result = { ...played, comparison };
  for (const sentence of answer(result)) say(sentence);
  out.write(`\n${summary(result, realSeconds).join('\n')}\n\n`);
  out.write(`${next(options).join('\n')}\n`);
  if (options.json !== undefined) await writeJson(options.json, options, title, result, realSeconds);
  return failures(played).length === 0 ? 0 : 1;
}
