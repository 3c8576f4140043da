// A file with the text of a trace, for tests of what reads one.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** To be called once in a test file: what writes a text and returns its file, which is gone after the tests. */
export function traceFiles(): (text: string) => Promise<string> {
  let folder = '';
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'spillway-'))));
  afterAll(() => rm(folder, { recursive: true }));
  return async (text) => {
    const file = join(folder, 'trace.csv');
    await writeFile(file, text);
    return file;
  };
}
