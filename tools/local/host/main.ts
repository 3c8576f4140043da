// The process of the local Functions host. Forked by launch.ts it follows the clock of its parent; started by hand it
// runs on real time: node tools/local/host/main.ts --root . --port 7071

import { parseArgs } from 'node:util';
import { install } from '@sinonjs/fake-timers';
import { FollowedClock, RealClock } from './host-clock.ts';
import type { FromHost, ToHost } from './launch.ts';

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    port: { type: 'string', default: '7071' },
    now: { type: 'string' },
    'first-message-delay': { type: 'string', default: '0' },
  },
});

const tell = (message: FromHost, told: () => void = () => {}): void => {
  if (process.send) process.send(message, told);
  else process.stdout.write(`${JSON.stringify(message.type === 'log' ? message.line : message)}\n`, told);
};

/** Shows simulated time to everything that asks `Date`; timers stay real, as networks and clients live in real time. */
function followParent(start: number): FollowedClock {
  const date = install({ now: start, toFake: ['Date'] });
  return new FollowedClock(start, (now) => date.setSystemTime(now));
}

const clock = values.now === undefined ? new RealClock() : followParent(Number(values.now));
// Only now, so that nothing keeps the real Date.
const { runHost } = await import('./host.ts');

try {
  const host = await runHost({
    root: values.root,
    port: Number(values.port),
    env: process.env,
    clock,
    firstMessageDelay: Number(values['first-message-delay']),
    write: (line) => tell({ type: 'log', line }),
  });
  const stop = (): void => void host.stop().then(() => process.exit(0));
  process.on('message', (message: ToHost) => {
    if (message.type === 'stop') stop();
    else
      void clock
        .advanceTo(message.now)
        .then(() => clock.settled())
        .then(() => tell({ type: 'idle', now: message.now }));
  });
  process.once('disconnect', () => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  tell({ type: 'ready', port: host.port, functions: host.functions });
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
}
