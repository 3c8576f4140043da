// The process of the local Functions host. Forked by launch.ts it follows the clock of its parent; by hand it runs on
// real time: node tools/local/host/main.ts [root] [port]

import { install } from '@sinonjs/fake-timers';
import { SimulatedClock } from '../clock.ts';
import type { FromHost, ToHost } from './launch.ts';
import { RealClock } from './real-clock.ts';

const [root = '.', port = '7071', now, firstMessageDelay = '0'] = process.argv.slice(2);

const tell = (message: FromHost, told: () => void = () => {}): void => {
  if (process.send) process.send(message, told);
  else process.stdout.write(`${JSON.stringify(message.type === 'log' ? message.line : message)}\n`, told);
};

// Everything that asks `Date` sees simulated time; timers stay real, as networks and clients live in real time.
const date = now === undefined ? undefined : install({ now: Number(now), toFake: ['Date'] });
const clock = date ? new SimulatedClock(Date.now()) : new RealClock();
// Only now, so that nothing keeps the real Date.
const { runHost } = await import('./host.ts');

try {
  const host = await runHost({
    root,
    port: Number(port),
    env: process.env,
    clock,
    firstMessageDelay: Number(firstMessageDelay),
    write: (line) => tell({ type: 'log', line }),
  });
  const stop = (): void => void host.stop().then(() => process.exit(0));
  const run = async (now: number): Promise<void> => {
    await clock.advanceTo(now);
    await clock.settled();
    tell({ type: 'idle' });
  };
  process.on('message', (message: ToHost) => {
    if (message.type === 'stop') stop();
    else if (message.type === 'run') void run(message.now);
    else date?.setSystemTime(message.now);
  });
  process.once('disconnect', () => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  tell({ type: 'ready', port: host.port, functions: host.functions });
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
}
