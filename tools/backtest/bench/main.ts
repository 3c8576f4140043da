// npm run bench:policies: Spillway at its defaults against every peer, on every trace, over seeds.
//
//   0  ran to its end    1  a bound of "done" is broken and --check was given    2  the options are wrong

import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { SETTINGS } from '../../../shared/settings/table.ts';
import { nearest } from '../../../shared/workload/nearest.ts';
import { complain, newCommand, runProgram, wholeNumber } from '../../local/demo/command-line.ts';
import { compared, type Compared } from '../compare.ts';
import { CLAIRVOYANT, PEERS } from '../policies/policies.ts';
import { Threads } from '../threads.ts';
import { builtInTraces, tracesIn } from '../traces.ts';
import type { Trace } from '../trace.ts';
import { boundLine, bothTables, table, verdictRow } from './table.ts';
import { boundsOf, rivalOf, type TraceVerdict } from './verdict.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'traces');
const TARGET_WAIT = 30;
const TRACES_AT_A_TIME = 3;

interface Options {
  seeds: number;
  traces: string;
  only?: string;
  oursOnly?: true;
  peers: string;
  set: Record<string, string>;
  json?: string;
  quiet?: true;
  check?: true;
}

function optionsOf(args: string[]): Options {
  const command = newCommand('npm run bench:policies --')
    .description('Plays all traces with Spillway, its peers and a clairvoyant, and says which bounds hold.')
    .option('--seeds <n>', 'runs of each policy and trace', wholeNumber(1, 100), 5)
    .option('--traces <folder>', 'files named <name>.<seconds per count>s.csv; absent: a built-in set', FOLDER)
    .option('--only <text>', 'only traces whose name contains this')
    .option('--peers <file>', 'where results of the peers are kept', join(tmpdir(), 'spillway-bench-peers.json'))
    .option('--ours-only', 'takes the peers from that file instead of running them again')
    .option('--set <NAME=value...>', 'app settings that hold instead of the defaults, to try them', setting, {})
    .option('--json <file>', 'writes all figures to a file')
    .option('--quiet', 'without the two tables of each trace')
    .option('--check', 'ends with 1 when a bound is broken');
  command.parse(args, { from: 'user' });
  return command.opts<Options>();
}

/** An unknown name is refused: what nobody reads would show the figures of the defaults. */
function setting(pair: string, before: Record<string, string>): Record<string, string> {
  const [name = '', ...value] = pair.split('=');
  const names = SETTINGS.flatMap((each) => (each.scope === 'workload' ? [each.name] : []));
  if (names.includes(name) && value.length > 0) return { ...before, [name]: value.join('=') };
  const like = nearest(name, names);
  const instead = like === undefined ? '' : ` Did you mean ${like}?`;
  throw new InvalidArgumentError(`It takes NAME=value with the name of a workload's app setting.${instead}`);
}

const OTHERS = [...PEERS.map(({ name }) => name), CLAIRVOYANT];

/** Not part of the result: it may go elsewhere. */
const progress = (name: string): void => complain(`${name} is done`);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Results of peers, by trace. */
type Kept = Record<string, Compared[]>;

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  const traces = ((await tracesIn(options.traces)) ?? builtInTraces()).filter(({ name }) =>
    name.includes(options.only ?? ''),
  );
  const begun = performance.now();
  say(`${traces.length} traces, ${options.seeds} seeds, peak 60 replicas, target wait ${TARGET_WAIT} s`);
  const kept = await keptPeers(options);
  const threads = new Threads();
  const results = await inTurn(traces, (trace) => onTrace(trace, options, kept, threads));
  await threads.end();
  await writeFile(options.peers, JSON.stringify(kept));
  const verdicts = results.map(({ verdict }) => verdict);
  for (const { verdict, all } of options.quiet ? [] : results) {
    for (const line of ['', verdict.trace, ...bothTables(all)]) say(line);
  }
  say('');
  for (const line of table(verdicts.map(verdictRow))) say(line);
  say('');
  const bounds = boundsOf(verdicts);
  for (const bound of bounds) say(boundLine(bound));
  say(`${Math.round((performance.now() - begun) / 1000)} s`);
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify({ verdicts, bounds, results }, null, 2));
  return options.check && bounds.some(({ holds }) => !holds) ? 1 : 0;
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

async function keptPeers({ peers }: Options): Promise<Kept> {
  const text = await readFile(peers, 'utf8').catch(() => '{}');
  return JSON.parse(text) as Kept;
}

async function onTrace(trace: Trace, { seeds, set, oursOnly }: Options, kept: Kept, { run }: Threads) {
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  const what = { trace, seeds: numbers, wishes: { targetWait: TARGET_WAIT } };
  const ours = compared(run, { ...what, wishes: { ...what.wishes, settings: set } }, 'spillway');
  const others = (oursOnly && kept[trace.name]) || (await Promise.all(OTHERS.map((name) => compared(run, what, name))));
  kept[trace.name] = others;
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
