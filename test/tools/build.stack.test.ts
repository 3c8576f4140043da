import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
const bytes = (files: Iterable<string>): number => [...files].reduce((sum, file) => sum + statSync(file).size, 0);

test('the host learns of the functions from little, and what a function calls is loaded with its first call', () => {
  expect(bytes(loadedWith(join(dist, 'main.js')))).toBeLessThan(100_000);
  const chunks = globSync('chunks/*.js', { cwd: dist }).map((file) => join(dist, file));
  expect(chunks.filter(holdsClients)).toHaveLength(1);
  // An instance that only sweeps does not load the planner.
  const chunk = (name: string): string => chunks.find((file) => basename(file).startsWith(`${name}-`)) ?? name;
  expect(bytes(loadedWith(chunk('sweep')))).toBeLessThan(bytes(loadedWith(chunk('evaluate'))) / 5);
});

test('what is deployed is what runs, and nothing beside it', () => {
  expect(new Set(readdirSync(dist))).toEqual(new Set(['chunks', 'host.json', 'main.js', 'package.json', 'workloads']));
  expect(globSync('**/*.{ts,map}', { cwd: dist })).toEqual([]);
});
