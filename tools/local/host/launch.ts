// Runs the local Functions host in a process of its own that follows a simulated clock:
//
//   quantum over --> date: child shows it --not busy--> run: child runs what is due --idle, not busy--> next quantum
//
// The clock waits while the child works, but never for one that is gone. What is on its way to the child when a quantum
// ends arrives before the child's own timers run, so that a session is not given up with a message in the air.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SimulatedClock, Time } from '../clock.ts';
import type { LogLine } from './host.ts';

export type { LogLine } from './host.ts';

export type ToHost = { type: 'date' | 'run'; now: Time } | { type: 'stop' };
export type FromHost =
  | { type: 'ready'; port: number; functions: string[] }
  | { type: 'failed'; message: string }
  | { type: 'idle' }
  | { type: 'log'; line: LogLine };

export interface LaunchOptions {
  clock: SimulatedClock;
  /** The folder with package.json, host.json and the built functions. */
  root: string;
  /** The whole environment of the process: its app settings, and NODE_EXTRA_CA_CERTS where needed. */
  env: NodeJS.ProcessEnv;
  /** Of its HTTP server; default any free one. */
  port?: number;
  /** The clock stands while this says true: there is work on its way to the host that the host cannot see yet. */
  busy?: () => boolean;
  /** Lines of functions and host; what they print comes as lines of level `information` (stdout) and `error`. */
  onLog?: (line: LogLine) => void;
  /** Fault: simulated ms that the first session message waits, as on Flex without an always-ready instance. */
  firstMessageDelay?: number;
}

export interface LocalHost {
  port: number;
  /** The names of the functions. */
  functions: string[];
  /** As a crash: nothing is finished, nothing is released. */
  kill(): Promise<void>;
  /** Finishes what is in progress first. */
  stop(): Promise<void>;
  /** The exit code; null after a signal. */
  exited: Promise<number | null>;
}

/** Starts a host; the clock stands until it is up. Throws, with the reason, when the app does not come up. */
export async function startHost(options: LaunchOptions): Promise<LocalHost> {
  const { clock, root, env, port = 0, busy = () => false, onLog = () => {}, firstMessageDelay = 0 } = options;
  const release = clock.hold();
  const up = Promise.withResolvers<{ port: number; functions: string[] }>();
  const child = fork(
    fileURLToPath(new URL('main.ts', import.meta.url)),
    [root, port, clock.now(), firstMessageDelay].map(String),
    { env, execArgv: [], silent: true },
  );
  forwardOutput(child, clock, onLog);
  const { idle, unfollow } = follow(child, clock, busy);
  child.on('message', (message: FromHost) => {
    if (message.type === 'log') onLog(message.line);
    else if (message.type === 'idle') idle();
    else if (message.type === 'ready') up.resolve(message);
    else up.reject(new Error(message.message));
  });
  const exited = once(child, 'exit').then(([code]) => {
    unfollow();
    idle();
    up.reject(new Error(`The Functions host ended with code ${code} while it was starting.`));
    return code as number | null;
  });
  const end = async (how: () => void): Promise<void> => {
    if (isAlive(child)) how();
    await exited;
  };
  const kill = (): Promise<void> => end(() => child.kill('SIGKILL'));
  const stop = (): Promise<void> => end(() => tell(child, { type: 'stop' }));
  try {
    const { port, functions } = await up.promise;
    return { port, functions, kill, stop, exited };
  } finally {
    release();
  }
}

/** Lets the child live through every quantum. `idle` must be called when it says so, and when it is gone. */
function follow(child: ChildProcess, clock: SimulatedClock, busy: () => boolean) {
  let answer: (() => void) | undefined;
  const quiet = async (): Promise<void> => {
    while (isAlive(child) && busy()) await sleep(1);
  };
  const unfollow = clock.follow(async (now) => {
    const answered = new Promise<void>((resolve) => (answer = resolve));
    tell(child, { type: 'date', now });
    await quiet();
    tell(child, { type: 'run', now });
    if (isAlive(child)) await answered;
    await quiet();
  });
  return { idle: (): void => answer?.(), unfollow };
}

function forwardOutput(child: ChildProcess, clock: SimulatedClock, onLog: (line: LogLine) => void): void {
  for (const [level, stream] of Object.entries({ information: child.stdout, error: child.stderr })) {
    const time = (): string => new Date(clock.now()).toISOString();
    const forward = (message: string): void => onLog({ time: time(), level, function: '', invocationId: '', message });
    if (stream) createInterface(stream).on('line', forward);
  }
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** A child that is gone does not hear it; its exit is what counts then. */
const tell = (child: ChildProcess, message: ToHost): unknown => child.send(message, () => {});
