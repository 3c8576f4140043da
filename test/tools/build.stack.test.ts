import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const dist = join(import.meta.dirname, '../../dist');

/** A file of the build with all that is loaded along with it. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)"(\.[^"]+\.js)"/g))
    loadedWith(join(dirname(file), path), seen);
  return seen;
}

const holdsClients = (file: string): boolean => readFileSync(file, 'utf8').includes('azsdk-js-arm-containerinstance');

test('the host learns of the functions before the clients of Azure are loaded', () => {
  const first = loadedWith(join(dist, 'main.js'));
  expect([...first].filter(holdsClients)).toEqual([]);
  const chunks = globSync('chunks/*.js', { cwd: dist }).map((file) => join(dist, file));
  expect(chunks.filter(holdsClients)).toHaveLength(1);
});
