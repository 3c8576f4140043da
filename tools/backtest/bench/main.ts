// npm run bench:policies: Spillway at its defaults against every peer, on every trace, over seeds.
//
//   0  ran to its end    1  --check was given and a bound of "done" is broken, or a file could not be written
//   2  the options, a trace or the settings are wrong

import { complain, runProgram, sentenceOf } from '../../local/demo/command-line.ts';
import { plural } from '../../local/demo/words.ts';
import { compared, type Comparison } from '../compare.ts';
import { writeOutputs } from '../outputs.ts';
import { CLAIRVOYANT, PEERS } from '../policies/policies.ts';
import { bothReports } from '../report.ts';
import { Threads } from '../threads.ts';
import type { Trace } from '../trace.ts';
import { inputOf, type Input } from './input.ts';
import { keyOf, type KeptPeers } from './kept-peers.ts';
import { optionsOf, type Options } from './options.ts';
import { boundLine, bothTables, table, verdictRow } from './table.ts';
import { boundsOf, rivalOf, type TraceVerdict } from './verdict.ts';

const TARGET_WAIT = 30;
const TRACES_AT_A_TIME = 3;

const OTHERS = [...PEERS.map(({ name }) => name), CLAIRVOYANT];

/** Not part of the result: it may go elsewhere. */
const progress = (name: string): void => complain(`${name} is done`);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  const input = await inputOf(options).catch((error: unknown) => complain(sentenceOf(error)));
  if (!input) return 2;
  const threads = new Threads();
  try {
    return await bench(options, input, threads);
  } finally {
    await threads.end();
  }
}

async function bench(options: Options, { traces, kept, scale }: Input, threads: Threads): Promise<number> {
  const begun = performance.now();
  say(
    `${plural(traces.length, 'trace')}, ${plural(options.seeds, 'seed')}, peak 60 replicas, target wait ${TARGET_WAIT} s`,
  );
  const results = await inTurn(traces, (trace) => onTrace({ trace, scale }, options, kept, threads));
  const verdicts = results.map(({ verdict }) => verdict);
  for (const { verdict, all } of options.quiet ? [] : results) {
    for (const line of ['', verdict.trace, ...bothTables(bothReports(all))]) say(line);
  }
  say('');
  for (const line of table(verdicts.map(verdictRow))) say(line);
  say('');
  const bounds = boundsOf(verdicts);
  for (const bound of bounds) say(boundLine(bound));
  say(`${Math.round((performance.now() - begun) / 1000)} s`);
  const problems = await writeOutputs([
    { file: options.peers, text: () => JSON.stringify(kept) },
    { file: options.json, text: () => JSON.stringify({ verdicts, bounds, results }, null, 2) },
  ]);
  for (const problem of problems) complain(problem);
  return problems.length > 0 || (options.check && bounds.some(({ holds }) => holds === false)) ? 1 : 0;
}

/** A few traces at a time, so that threads keep their scripts and the first is done before the last begins. */
async function inTurn<T>(traces: readonly Trace[], run: (trace: Trace) => Promise<T>): Promise<T[]> {
  const left = traces.entries();
  const results: T[] = [];
  const lane = async (): Promise<void> => {
    for (const [index, trace] of left) results[index] = await run(trace);
  };
  await Promise.all(Array.from({ length: TRACES_AT_A_TIME }, lane));
  return results;
}

async function onTrace(
  { trace, scale }: Pick<Comparison, 'trace' | 'scale'>,
  { seeds, set, oursOnly, peers: file }: Options,
  kept: KeptPeers,
  { run }: Threads,
) {
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  const what: Comparison = { trace, seeds: numbers, wishes: { targetWait: TARGET_WAIT }, scale };
  const ours = compared(run, { ...what, wishes: { ...what.wishes, settings: set } }, 'spillway');
  const key = keyOf(what);
  const known = oursOnly && kept[trace.name]?.key === key ? kept[trace.name]?.results : undefined;
  if (oursOnly && !known)
    complain(`${file} has no peers of ${trace.name} for this load, these prices and these seeds: they are run`);
  const others = known ?? (await Promise.all(OTHERS.map((name) => compared(run, what, name))));
  kept[trace.name] = { key, results: others };
  const { defaults } = await ours;
  const peers = others.filter(({ name }) => name !== CLAIRVOYANT);
  const clairvoyant = others.find(({ name }) => name === CLAIRVOYANT)?.defaults;
  progress(trace.name);
  const verdict: TraceVerdict = {
    trace: trace.name,
    ours: defaults,
    rival: rivalOf(defaults, peers, clairvoyant),
    clairvoyant,
  };
  return { verdict, all: [await ours, ...others] };
}

await runProgram(main);
