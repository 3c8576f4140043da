// What the hooks share: the environment of azd, and a way to ask.

import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** azd gives hooks the values of its environment; a variable that is empty counts as not set. */
export const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));

export const say = (line: string): unknown => process.stdout.write(`${line}\n`);

export async function setVariable(name: string, value: string): Promise<void> {
  await run('azd', ['env', 'set', name, value]);
}

/** False where nobody can answer, as in a pipeline. */
export async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`${question} (y/N) `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Pauses of so many seconds, unless a variable says less: who plays Azure has no minutes to spare. */
export const pauses = (seconds: number) => (): Promise<void> =>
  wait(1000 * Math.min(seconds, Number(env['SPILLWAY_HOOK_PAUSE_SECONDS'] ?? seconds)));

/** Ends a hook with its reasons. */
export function stop(lines: string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}
