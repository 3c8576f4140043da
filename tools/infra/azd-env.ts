// The values of the azd environment: hooks are given them, other programs ask azd.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

type Env = Record<string, string | undefined>;

/** `env`, with what azd knows where `needed` is not in it. Throws with what to do where azd knows nothing. */
export async function azdEnv(env: Env, needed: string): Promise<Env> {
  if (env[needed]) return env;
  const { stdout } = await run('azd', ['env', 'get-values']).catch(() => ({ stdout: '' }));
  const values = parseValues(stdout);
  if (!values[needed]) throw new Error(`${needed} is not known: run azd up first, or azd env select.`);
  return { ...values, ...env };
}

/** Lines such as `NAME="value"`, with backslashes before quotes and backslashes. */
export function parseValues(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^([A-Za-z_]\w*)="(.*)"$/gm)];
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value.replaceAll(/\\(["\\])/g, '$1')]));
}
