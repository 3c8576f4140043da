// The process of the local Functions host. Forked by launch.ts it follows the clock of its parent; by hand it runs on
// real time: node tools/local/host/main.ts [root] [port]

import { install } from '@sinonjs/fake-timers';
import { FollowedClock, RealClock } from './host-clock.ts';
import type { FromHost, ToHost } from './launch.ts';

const [root = '.', port = '7071', now, firstMessageDelay = '0'] = process.argv.slice(2);

const tell = (message: FromHost, told: () => void = () => {}): void => {
  if (process.send) process.send(message, told);
  else process.stdout.write(`${JSON.stringify(message.type === 'log' ? message.line : message)}\n`, told);
};

/** Shows simulated time to everything that asks `Date`; timers stay real, as networks and clients live in real time. */
function followParent(start: number): FollowedClock {
  const date = install({ now: start, toFake: ['Date'] });
  return new FollowedClock(start, (now) => date.setSystemTime(now));
}

const clock = now === undefined ? new RealClock() : followParent(Number(now));
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
  const follow = async (now: number): Promise<void> => {
    await clock.advanceTo(now);
    await clock.settled();
    tell({ type: 'idle' });
  };
  process.on('message', (message: ToHost) => (message.type === 'stop' ? stop() : void follow(message.now)));
  process.once('disconnect', () => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  tell({ type: 'ready', port: host.port, functions: host.functions });
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
}
