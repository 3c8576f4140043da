import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Builds `dist` before the tests that start a Functions host, so that they also run alone and never on an old build. */
export default async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '..', '..', 'tools', 'build.ts'), '--quiet']);
}
