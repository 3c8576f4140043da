// npm run simulate: fault simulation of many seeds, or the story of one.
//
//   0  all promises held    1  one was broken, or a fault never struck, or a reason was never given    2  wrong options

import { writeFile } from 'node:fs/promises';
import { runProgram } from '../local/demo/command-line.ts';
import { campaign } from './campaign/campaign.ts';
import { parseOptions, type CampaignOptions } from './campaign/options.ts';
import { tooQuiet } from './campaign/quiet.ts';
import { report, violationStory } from './campaign/report.ts';
import { shrink } from './campaign/shrink.ts';
import { tallyOf, type SeedViolation } from './campaign/tally.ts';
import { faultText, simulate, type SimulationResult } from './world/simulation.ts';

/** Lines of a story that are shown before a violation. */
const STORY_LINES = 40;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  return options.replay === undefined ? run(options) : replay(options, options.replay);
}

async function run({ first, seeds: some, rollouts, hours, faults, json }: CampaignOptions): Promise<number> {
  const seeds = rollouts ?? some;
  const releases = rollouts !== undefined;
  // Workloads change by their releases then.
  const kinds = releases ? faults.filter((kind) => kind !== 'revision-changed') : faults;
  const begun = performance.now();
  say(`Seeds ${first} to ${first + seeds - 1}, ${hours} simulated hours each.`);
  let done = 0;
  const onResult = ({ seed, violations: [violation] }: SimulationResult): void => {
    done++;
    if (violation) say(`seed ${seed} breaks promise ${violation.promise}: ${violation.what}`);
    else if (done % 100 === 0) say(`${done} seeds done`);
  };
  const results = await campaign({ first, seeds, hours, kinds, releases, onResult });
  const tally = tallyOf(results);
  const broken = results.find(({ violations }) => violations.length > 0);
  const [violation] = tally.violations;
  if (broken && violation) for (const line of await tellStory({ hours, kinds, releases }, broken, violation)) say(line);
  for (const line of report(tally)) say(line);
  say(`${Math.round((performance.now() - begun) / 1000)} s`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(tally, null, 2)}\n`);
  const quiet = releases ? [] : tooQuiet(tally, kinds);
  for (const line of quiet) say(line);
  return violation || quiet.length > 0 ? 1 : 0;
}

async function tellStory(
  { hours, kinds, releases }: { hours: number; kinds: CampaignOptions['faults']; releases: boolean },
  broken: SimulationResult,
  violation: SeedViolation,
): Promise<string[]> {
  const options = { seed: broken.seed, hours, kinds, releases };
  const faults = await shrink(options, broken);
  const story: string[] = [];
  const shrunk = await simulate({ ...options, faults, tell: (line) => void story.push(line) });
  const told = { ...violation, ...shrunk.violations[0] };
  // Of decisions that changed nothing the last few are enough.
  const eventful = story.filter(
    (line, index) => index > story.length - 6 || !/: (no action\.|evaluation answered)/.test(line),
  );
  return violationStory(told, faults, eventful.slice(-STORY_LINES));
}

/** The same to the last byte each time: nothing in it depends on the machine or on the time of day. */
async function replay({ hours, rollouts, faults }: CampaignOptions, seed: number): Promise<number> {
  const releases = rollouts !== undefined;
  const kinds = releases ? faults.filter((kind) => kind !== 'revision-changed') : faults;
  const { violations, faults: struck, ...rest } = await simulate({ seed, hours, kinds, releases, tell: say });
  say(`faults of seed ${seed}:`);
  for (const fault of struck) say(`  ${faultText(fault)}`);
  say(JSON.stringify(rest));
  for (const { promise, what } of violations) say(`promise ${promise} is broken: ${what}`);
  if (violations.length === 0) say('all promises held');
  return violations.length > 0 ? 1 : 0;
}

await runProgram(main);
