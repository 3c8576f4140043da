// npm run backtest: a trace through Spillway and its peers.
//
//   0  done    2  the options, the trace or the settings are wrong

import { writeFile } from 'node:fs/promises';
import { sizeOf } from '../../shared/workload/size.ts';
import { complain, runProgram, sentenceOf } from '../local/demo/command-line.ts';
import { bothTables } from './bench/table.ts';
import { compared, type Comparison } from './compare.ts';
import { deployedAs, traceFromAzure } from './from-azure.ts';
import { htmlReport } from './html.ts';
import { notPlayed } from './not-played.ts';
import { parseOptions, wishedPeak, workloadText, type Options } from './options.ts';
import { quotaNotes } from './quota.ts';
import { recommend } from './recommend.ts';
import { bothReports, summary, type Backtest } from './report.ts';
import { Threads } from './threads.ts';
import type { Scale, Trace } from './trace.ts';
import { traceFrom } from './traces.ts';
import { pricesOf } from './world/prices.ts';
import { workloadOf } from './workload.ts';

/** Counts of a second are kept in 16 bits. */
const MOST_PER_SECOND = 50_000;

interface Asked extends Comparison {
  /** What the figures will leave out, and what bounds them. */
  notes: string[];
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  let what: Asked;
  try {
    what = await comparisonOf(options);
  } catch (error) {
    complain(sentenceOf(error));
    return 2;
  }
  const threads = new Threads();
  try {
    await backtest(options, what, threads);
  } finally {
    await threads.end();
  }
  return 0;
}

async function backtest(options: Options, what: Asked, { run }: Threads): Promise<void> {
  const all = await Promise.all(options.policies.map((name) => compared(run, what, name, options.tune)));
  const ours = all.find(({ name }) => name === 'spillway')?.defaults;
  const advice = options.recommend && ours ? await recommend(run, what, ours) : undefined;
  const { trace, wishes, scale, seeds } = what;
  const result: Backtest = {
    trace: trace.name,
    seconds: trace.counts.length * trace.binSeconds,
    peakReplicas: scale?.peak ?? 0,
    meanReplicas: all[0]?.defaults.meanReplicas ?? 0,
    targetWaitSeconds: wishes.targetWait,
    seeds: seeds.length,
    ...bothReports(all),
    notes: what.notes,
    ...(advice && { recommendation: { settings: advice.settings, sentence: advice.sentence } }),
  };
  for (const line of [...summary(result), '', ...bothTables(all)]) say(line);
  if (advice) say(`\n${advice.sentence}`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.html !== undefined) await writeFile(options.html, await htmlReport(result, all));
}

/** What is to be compared. Throws with a sentence when the trace or the settings are wrong. */
async function comparisonOf(options: Options): Promise<Asked> {
  const file = await workloadText(options.workload);
  const deployed = options.fromAzure === undefined ? undefined : await deployedAs(options.fromAzure);
  const workload = workloadOf('both', options.set, file, deployed?.declared);
  const { target, base } = workload.scaling;
  const trace = deployed
    ? await traceFromAzure(deployed.metrics, workload, options.days, Date.now())
    : await traceFrom(options.trace ?? '', options.binSeconds ?? 0);
  const scale: Scale = {
    peak: peakOf(trace, options, target.messagesPerSecondPerReplica),
    nominalRate: target.messagesPerSecondPerReplica,
    replica: sizeOf(workload.spec),
    replicasPerInstance: base.replicasPerInstance,
    prices: pricesOf(workload),
  };
  return {
    trace,
    seeds: Array.from({ length: options.seeds }, (_, index) => index + 1),
    wishes: {
      targetWait: target.maxWaitSeconds,
      settings: options.set,
      workloadFile: file,
      deployed: deployed?.declared,
    },
    scale,
    course: options.html !== undefined,
    notes: [...notPlayed(workload), ...quotaNotes(scale)],
  };
}

/** Replicas that the highest count needs. Throws when nothing arrives, or more than a second can hold. */
function peakOf({ name, counts, binSeconds }: Trace, options: Options, nominalRate: number): number {
  const highest = Math.max(...counts) / binSeconds;
  if (highest === 0) throw new Error(`In the trace ${name} nothing arrives, so there is nothing to compare.`);
  const peak = wishedPeak(options) ?? highest / nominalRate;
  if (peak * nominalRate <= MOST_PER_SECOND) return peak;
  throw new Error(
    `The highest count of ${name} is ${Math.round(peak * nominalRate)} messages a second, and at most ${MOST_PER_SECOND} ` +
      'can be played: scale it by --peak, or let a message of the trace stand for several.',
  );
}

await runProgram(main);
