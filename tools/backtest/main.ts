// npm run backtest: a trace through Spillway and its peers.
//
//   0  done    1  a file could not be written    2  the options, the trace or the settings are wrong

import { standbyPoolsOf } from '../../shared/placement/offering.ts';
import { allOf, complain, runProgram, sentenceOf } from '../local/demo/command-line.ts';
import { bothTables } from './bench/table.ts';
import { compared, type Comparison } from './compare.ts';
import { deployedAs, traceFromAzure } from './from-azure.ts';
import { htmlReport } from './html.ts';
import { assumedNotes } from './limits.ts';
import { notPlayed } from './not-played.ts';
import { checkOutputs, writeOutputs } from './outputs.ts';
import type { Wishes } from './policies/policies.ts';
import { parseOptions, wishedPeak, workloadText, type Options } from './options.ts';
import { quotaNotes } from './quota.ts';
import { recommend } from './recommend.ts';
import { bothReports, summary, type Backtest } from './report.ts';
import { Threads } from './threads.ts';
import { highestOf, type Scale, type Trace } from './trace.ts';
import { traceFrom } from './traces.ts';
import { suppliedTo } from './world/prices.ts';
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
  const what = await comparisonOf(options).catch((error: unknown) => complain(sentenceOf(error)));
  if (!what) return 2;
  const threads = new Threads();
  try {
    return await backtest(options, what, threads);
  } finally {
    await threads.end();
  }
}

async function backtest(options: Options, what: Asked, { run }: Threads): Promise<number> {
  let done = 0;
  const all = await Promise.all(
    options.policies.map(async (name) => {
      const one = await compared(run, what, name, options.tune);
      complain(`${name} is done, ${++done} of ${options.policies.length}`);
      return one;
    }),
  );
  if (options.recommend) complain('Better settings are looked for');
  const ours = all.find(({ name }) => name === 'spillway')?.defaults;
  const advice = options.recommend ? await recommend(run, what, ours) : undefined;
  const { trace, wishes, scale, seeds } = what;
  const result: Backtest = {
    trace: trace.name,
    seconds: trace.counts.length * trace.binSeconds,
    peakReplicas: scale?.peak ?? 0,
    meanReplicas: all[0]?.defaults.meanReplicas ?? 0,
    targetWaitSeconds: wishes.targetWait,
    mostLatePercent: options.late,
    seeds: seeds.length,
    ...bothReports(all),
    notes: what.notes,
    ...(advice && { recommendation: advice }),
  };
  for (const line of [...summary(result), '', ...bothTables(result)]) say(line);
  if (advice) say(`\n${advice.sentence}`);
  const problems = await writeOutputs([
    { file: options.json, text: () => `${JSON.stringify(result, null, 2)}\n` },
    { file: options.html, text: () => htmlReport(result, all) },
  ]);
  for (const problem of problems) complain(problem);
  return problems.length > 0 ? 1 : 0;
}

/** What is to be compared. Throws with all that is wrong with the trace, the settings and the files. */
async function comparisonOf(options: Options): Promise<Asked> {
  const text = workloadText(options.workload);
  const deployment = options.fromAzure === undefined ? undefined : deployedAs(options.fromAzure);
  // Without the file the settings can still be looked at.
  const played = Promise.all([deployment, text.catch(() => undefined)]).then(([deployed, known]) =>
    workloadOf('both', options.set, known, deployed?.declared, options.workload),
  );
  const counts = deployment
    ? Promise.all([deployment, played]).then(([{ metrics }, workload]) =>
        traceFromAzure(metrics, workload, options.days, Date.now()),
      )
    : traceFrom(options.trace ?? '', options.binSeconds ?? 0);
  const [file, workload, trace] = await allOf([
    text,
    played,
    counts,
    checkOutputs(
      { '--json': options.json, '--html': options.html },
      { '--trace': options.trace, '--workload': options.workload },
    ),
  ]);
  if (options.pool !== undefined && standbyPoolsOf(workload).length === 0) {
    throw new Error('--pool says what a standby pool keeps ready, and no offering of the workload has a standbyPool.');
  }
  const { target } = workload.scaling;
  const scale: Scale = {
    peak: peakOf(trace, options, target.messagesPerSecondPerReplica),
    nominalRate: target.messagesPerSecondPerReplica,
    ...suppliedTo(workload),
  };
  const wishes: Wishes = {
    targetWait: target.maxWaitSeconds,
    settings: options.set,
    workloadFile: file,
    deployed: (await deployment)?.declared,
    pool: options.pool,
  };
  return {
    trace,
    seeds: Array.from({ length: options.seeds }, (_, index) => index + 1),
    wishes,
    scale,
    mostLatePercent: options.late,
    course: options.html !== undefined,
    notes: [...assumedNotes(wishes), ...notPlayed(workload, options.pool), ...quotaNotes(scale, options.pool)],
  };
}

/** Replicas that the highest count needs. Throws when nothing arrives, or more than a second can hold. */
function peakOf(trace: Trace, options: Options, nominalRate: number): number {
  const { name, binSeconds } = trace;
  const highest = highestOf(trace) / binSeconds;
  if (highest === 0) throw new Error(`In the trace ${name} nothing arrives, so there is nothing to compare.`);
  const peak = wishedPeak(options) ?? highest / nominalRate;
  if (peak * nominalRate <= MOST_PER_SECOND) return peak;
  throw new Error(
    `The highest count of ${name} is ${Math.round(peak * nominalRate)} messages a second, and at most ${MOST_PER_SECOND} ` +
      'can be played: scale it by --peak, or let a message of the trace stand for several.',
  );
}

await runProgram(main);
