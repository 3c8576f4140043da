import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const LOCAL = join(import.meta.dirname, '..', '..', '..', '..', 'tools', 'local');

export interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs a program of tools/local to its end; `onLine` may answer its lines through its input; `env` comes on top of this. */
export async function command(
  program: string,
  args: string[],
  onLine: (line: string, answer: (text: string) => void) => void = () => {},
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [join(LOCAL, program), ...args], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
  });
  const ended = { output: '', errors: '' };
  createInterface(child.stdout).on('line', (line) => {
    ended.output += `${line}\n`;
    onLine(line, (text) => void child.stdin.write(`${text}\n`));
  });
  child.stderr.on('data', (data: Buffer) => (ended.errors += data.toString()));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  const code = await promise;
  return { code, ...ended };
}
