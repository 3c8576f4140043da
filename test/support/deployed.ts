// A deployment that is the local Azure, and the hooks of azd run against it as azd does, with an azd that only gives tokens
// and writes down what is set.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { trust } from '../../tools/local/certificate.ts';
import { pace } from '../../tools/local/clock.ts';
import { startStack, type Stack, type StackOptions } from '../../tools/local/stack.ts';
import { WORLD } from '../../tools/local/world.ts';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface Deployed {
  stack: Stack;
  /** Outputs of the deployment. */
  outputs: () => Record<string, string>;
  /** Runs the file of a hook. */
  hook: (name: string, more?: Record<string, string>, args?: string[]) => Promise<Ended>;
  /** What the last hook set in the environment of azd. */
  said: () => Promise<string[]>;
  close: () => Promise<void>;
}

/** Simulated seconds in a real one while a hook runs. */
const SPEED = 60;

export async function startDeployed(options: Partial<StackOptions> = {}): Promise<Deployed> {
  const azd = await mkdtemp(join(tmpdir(), 'azd-'));
  const script = `#!/bin/sh
case "$1 $2" in
  "auth token") echo '{"token":"anyone","expiresOn":"2099-01-01T00:00:00Z"}' ;;
  "env set") echo "$3 $4" >> "${azd}/said" ;;
esac
`;
  await writeFile(join(azd, 'azd'), script, { mode: 0o755 });
  const stack = await startStack({ seed: 1, ...options });
  trust(await readFile(stack.env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8'));

  const outputs = (): Record<string, string> => ({
    AZURE_ENV_NAME: 'orders',
    AZURE_LOCATION: 'westeurope',
    AZURE_SUBSCRIPTION_ID: WORLD.subscription,
    AZURE_RESOURCE_GROUP: WORLD.resourceGroup,
    AZURE_FUNCTION_NAME: 'func',
    SERVICE_SPILLWAY_URI: `http://localhost:${stack.host.port}`,
    SPILLWAY_OWNER_ID: WORLD.ownerId,
    SPILLWAY_ARM_ENDPOINT: stack.azure.endpoint,
  });

  async function hook(name: string, more: Record<string, string> = {}, args: string[] = []): Promise<Ended> {
    await writeFile(join(azd, 'said'), '');
    const inherited = { PATH: `${azd}${delimiter}${process.env['PATH']}`, HOME: process.env['HOME'] ?? '' };
    const env = {
      ...inherited,
      ...outputs(),
      NODE_EXTRA_CA_CERTS: stack.env['NODE_EXTRA_CA_CERTS'],
      SPILLWAY_HOOK_PAUSE_SECONDS: '0.05',
      ...more,
    };
    const file = join(import.meta.dirname, `../../tools/infra/hooks/${name}.ts`);
    const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = new AbortController();
    const pacing = pace(stack.clock, SPEED, stop.signal);
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    stop.abort();
    await pacing;
    return { code: code as number | null, out: out.trim(), err: err.trim() };
  }

  return {
    stack,
    outputs,
    hook,
    said: async () => (await readFile(join(azd, 'said'), 'utf8')).split('\n').filter((line) => line !== ''),
    close: async () => {
      await stack.close();
      await rm(azd, { recursive: true });
    },
  };
}
