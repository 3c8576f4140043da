// Azurite, Microsoft's own emulator of Azure Storage, as a child process on free ports: in memory, by TLS, and asking for
// tokens as the real one does, so that the very credentials of production are used. It runs on the machine's clock:
// tokens must be valid by that one.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ACCOUNT = 'devstoreaccount1';

// Azurite loads the client of its telemetry also where that is switched off, for half of the time of its start. Any module
// of Node stands in for it.
const WITHOUT_TELEMETRY = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
const nothing = { url: 'node:util', shortCircuit: true };
registerHooks({ resolve: (name, context, next) => (name === 'applicationinsights' ? nothing : next(name, context)) });
`)}`;

export interface LocalStorage {
  /** App settings by which the Functions host and the adapters find it, with an identity. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Starts Azurite with the given certificate (PEM; see `localCertificate`). Throws with its output when it ends early. */
export async function startAzurite(tls: { cert: string; key: string }): Promise<LocalStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Promise.all([writeFile(cert, tls.cert), writeFile(key, tls.key, { mode: 0o600 })]);
  const program = fileURLToPath(import.meta.resolve('azurite/dist/src/azurite.js'));
  const flags = ['--silent', '--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry'];
  const ports = ['blob', 'queue', 'table'].flatMap((service) => [`--${service}Port`, '0']);
  const access = ['--oauth', 'basic', '--cert', cert, '--key', key];
  const child = spawn(process.execPath, ['--import', WITHOUT_TELEMETRY, program, ...flags, ...ports, ...access], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A parent that ends without closing must not leave it behind.
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  const close = async (): Promise<void> => {
    process.removeListener('exit', kill);
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  };
  try {
    return { env: await addresses(child), close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    // Both files have been read once it listens.
    await rm(folder, { recursive: true, force: true });
  }
}

// The ports are the system's choice; Azurite prints them.
async function addresses(child: ChildProcess): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  const output: string[] = [];
  child.stderr?.on('data', (text: Buffer) => output.push(text.toString()));
  if (!child.stdout) throw new Error('Azurite has no output to read its ports from.');
  for await (const line of createInterface(child.stdout)) {
    output.push(line);
    const [, service, url] = /^Azurite (\w+) service is successfully listening at (\S+)/.exec(line) ?? [];
    if (service && url) env[`AzureWebJobsStorage__${service.toLowerCase()}ServiceUri`] = `${url}/${ACCOUNT}`;
    if (Object.keys(env).length === 3) {
      child.stdout.resume();
      return env;
    }
  }
  throw new Error(`Azurite ended before it listened:\n${output.join('\n')}`);
}
