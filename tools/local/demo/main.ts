// npm run demo: plays a spike on this machine, shows it, and answers how Spillway did.
//
//   0  everything was worked off and given back    1  it was not, or the run failed    2  the options are wrong

import { writeFile } from 'node:fs/promises';
import { failures, type Comparison } from './answer.ts';
import { complain, runProgram, sentenceOf } from './command-line.ts';
import { hostLog } from './host-log.ts';
import { liveShow } from './live.ts';
import { durationOf, type Load } from './load.ts';
import { loadOf, parseOptions, type DemoOptions, type NamedLoad } from './options.ts';
import { plainShow } from './plain.ts';
import { figuresFile, report } from './report.ts';
import type { Show } from './show.ts';
import { upgradeStory } from './upgrade.ts';
import { watchStory } from './watch.ts';
import { withoutBurst } from './without-burst.ts';
import { spanText, wrap } from './words.ts';

/** Simulated seconds after the load in which the burst goes and the scale set shrinks, as measured. */
const GIVE_BACK_SECONDS = 200;

const out = process.stdout;
const width = out.isTTY ? Math.min(out.columns, 100) - 1 : 120;
const say = (text: string): void => void out.write(`${wrap(text, width).join('\n')}\n`);

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  let named: NamedLoad;
  try {
    named = await loadOf(options);
  } catch (error) {
    complain(`error: ${sentenceOf(error)}`);
    return 2;
  }
  return demo(options, named);
}

async function demo(options: DemoOptions, named: NamedLoad): Promise<number> {
  const begun = performance.now();
  const { load, title } = named;
  const show = showOf(options, named);
  let troubles = 0;
  const upgrade = options.upgrade ? await upgradeStory() : undefined;
  const log = hostLog('demo.log', {
    decision: (decision) => {
      upgrade?.decision(decision);
      show.decision(decision);
    },
    trouble: (trouble) => {
      troubles++;
      show.trouble(trouble);
    },
  });
  say(`Spillway demo: ${title}.`);
  say(`Starting a local Azure, Service Bus, storage and Functions host; then ${estimate(load, options.speed)}.`);
  try {
    const outcome = await watchStory(options, named, show, log, upgrade);
    const realSeconds = (performance.now() - begun) / 1000;
    if (!outcome) {
      say('Stopped before the end of the story; everything was shut down.');
      return 1;
    }
    const comparison = options.compare && !upgrade ? await compare(load, options.seed) : undefined;
    const result = { ...outcome, comparison, upgrade: upgrade?.figures() };
    out.write(`${report(result, realSeconds, options, width).join('\n')}\n`);
    if (options.json !== undefined) {
      const figures = figuresFile(result, realSeconds, title, options);
      await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`);
    }
    if (troubles > 0 || failures(result).length > 0) say(`What went wrong is in ${log.file}.`);
    return failures(result).length === 0 ? 0 : 1;
  } catch (error) {
    complain(`The demo failed: ${sentenceOf(error)} See ${log.file}.`);
    return 1;
  } finally {
    await upgrade?.close();
  }
}

/** A picture on a terminal; lines everywhere else. */
function showOf({ plain }: DemoOptions, { load, title }: NamedLoad): Show {
  const { CI, TERM } = process.env;
  if (plain || !out.isTTY || CI || TERM === 'dumb') return plainShow((line) => void out.write(`${line}\n`));
  return liveShow(out, title, durationOf(load) + GIVE_BACK_SECONDS);
}

function estimate(load: Load, speed: number): string {
  const seconds = durationOf(load) + GIVE_BACK_SECONDS;
  return `${spanText(seconds)} of simulated time at speed ${speed}, at least ${spanText(seconds / speed)}`;
}

/** A comparison that fails costs a line, not the answer. */
async function compare(load: Load, seed: number): Promise<Comparison | undefined> {
  try {
    return await withoutBurst({ load, seed });
  } catch (error) {
    complain(`The comparison with the scale set alone failed: ${sentenceOf(error)}`);
    return undefined;
  }
}

await runProgram(main);
