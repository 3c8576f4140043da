// npm run drill: shows that a deployment bursts, with one real container group, and says how long each leg took and what
// it cost.

import { setTimeout as wait } from 'node:timers/promises';
import { azdEnv } from '../infra/azd-env.ts';
import {
  complain,
  newCommand,
  positiveNumber,
  runProgram,
  sentenceOf,
  wholeNumber,
} from '../local/demo/command-line.ts';
import { connectDrill } from './azure.ts';
import { drill } from './drill.ts';

interface Options {
  messages: number;
  every: number;
  patience: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { messages, every, patience } = newCommand('npm run drill --')
    .description('Fills the drill queue of a deployment, waits for a container group to serve, and for it to be gone.')
    .option('--messages <n>', 'that fill the queue, of five seconds each', wholeNumber(1, 10_000), 200)
    .option('--every <seconds>', 'between two looks', positiveNumber, 5)
    .option('--patience <seconds>', 'that each leg may take', positiveNumber, 900)
    .parse()
    .opts<Options>();
  const stop = new AbortController();
  // A second Ctrl+C ends it at once, as it does without this.
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
  const env = await azdEnv(process.env, 'SPILLWAY_DRILL_QUEUE').catch((error: unknown) => complain(sentenceOf(error)));
  if (!env) return 2;
  const azure = connectDrill(env);
  try {
    const { group, legs, cents } = await drill({
      ...azure,
      now: () => Date.now(),
      pause: (signal) => wait(every * 1000, undefined, { ...(signal && { signal }) }),
      signal: stop.signal,
      say,
      messages,
      patienceSeconds: patience,
    });
    const seconds = legs.reduce((sum, leg) => sum + leg.seconds, 0);
    say(`The group ${group} came, served and went in ${seconds.toFixed(0)} s, for about ${cents.toFixed(2)} cents.`);
    return 0;
  } catch (error) {
    complain(sentenceOf(error));
    return stop.signal.aborted ? 130 : 1;
  } finally {
    await azure.close();
  }
}

await runProgram(main);
