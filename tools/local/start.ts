// npm start: the local stack under a steady load in real time, left running, to play with through the operations API.

import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { complain, newCommand, runProgram, wholeNumber } from './demo/command-line.ts';
import { hostLog, KEPT } from './demo/host-log.ts';
import { onKeys } from './demo/keys.ts';
import { plainShow } from './demo/plain.ts';
import { openPlayground, type Playground } from './demo/playground.ts';
import { onInterrupt } from './demo/watch.ts';
import { WORLD } from './world.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Seconds between two lines of figures. */
const EVERY_SECONDS = 30;

async function main(): Promise<number> {
  const { port } = newCommand('npm start --')
    .description('Runs Spillway on this machine with a local Azure, under a steady load. Nothing reaches the cloud.')
    .option('--port <n>', 'of the operations API; 0 for any free one', wholeNumber(0, 65_535), 7071)
    .parse()
    .opts<{ port: number }>();
  if (!(await isFree(port))) {
    complain(`Port ${port} is in use by another program. Choose another one: npm start -- --port ${port + 1}`);
    return 2;
  }
  say('Starting a local Azure, Service Bus, storage and Functions host ...');
  const show = plainShow(say, EVERY_SECONDS);
  const log = hostLog('start.log', show);
  const playground = await openPlayground({
    port,
    onLog: (line) => log.take(line),
    onStart: (start) => show.begin(start),
    onSnapshot: (snapshot) => show.snapshot(snapshot),
  });
  say(await instructions(playground.port));
  const failure = await untilEnded(playground);
  await playground.close();
  if (failure) complain(`${failure.message} See ${log.file}.`);
  say('Everything is stopped.');
  return failure ? 1 : 0;
}

/** Until the user has enough, or the reason why it ended without that. */
async function untilEnded(playground: Playground): Promise<Error | undefined> {
  const asked = Promise.withResolvers<undefined>();
  const quit = (): void => asked.resolve(undefined);
  const start = (): void => {
    say('The load grows twentyfold now, for five minutes.');
    playground.spike();
  };
  const releases = [onInterrupt(quit), onKeys({ spike: start, quit })];
  try {
    return await Promise.race([asked.promise, playground.died]);
  } finally {
    for (const release of releases) release();
  }
}

/** What can be done, with commands that work in every shell: their bodies are files. */
async function instructions(port: number): Promise<string> {
  const api = `http://localhost:${port}/api`;
  const alert = await keep('alert.json', firedAlert());
  const pause = await keep('pause.json', { author: 'me', scope: 'all', minutes: 10 });
  const how = process.stdin.isTTY ? 'Press s for' : 'Send a line "spike" for';
  return `
Spillway runs: workload ${WORLD.workload}, ${WORLD.scaleSet.capacity} machines, a steady load, real time.

  status   ${api}/status/${WORLD.workload}
  health   ${api}/health
  alert    curl -X POST "${api}/metricAlert?workload=${WORLD.workload}" --data "@${alert}"
  pause    curl -X POST "${api}/pause" --data "@${pause}"
  resume   curl -X POST "${api}/resume"

${how} twenty times the load, ${process.stdin.isTTY ? 'q' : '"quit"'} to end. Decisions that change something follow.
`;
}

async function keep(name: string, body: object): Promise<string> {
  const file = join(KEPT, name);
  await writeFile(file, `${JSON.stringify(body, null, 2)}\n`);
  return relative(process.cwd(), file);
}

/** As Azure Monitor posts it. */
function firedAlert(): object {
  const rule = `${WORLD.queue}-backlog`;
  const essentials = {
    alertId: `/subscriptions/${WORLD.subscription}/providers/Microsoft.AlertsManagement/alerts/${rule}`,
    alertRule: rule,
    severity: 'Sev2',
    monitorCondition: 'Fired',
    firedDateTime: new Date().toISOString(),
  };
  return { schemaId: 'azureMonitorCommonAlertSchema', data: { essentials, alertContext: {} } };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen(port, 'localhost', () => server.close(() => resolve(true)));
  return promise;
}

await runProgram(main);
