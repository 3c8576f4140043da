import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');
const readme = await read('README.md');
const manifest = JSON.parse(await read('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

describe('the README', () => {
  const rows = [...readme.matchAll(/^\| `(@azure\/[\w-]+)`\s*\|[^|]*\|\s*`([^`]+)`\s*\|$/gm)];

  test('names the packages that were asked for', () => {
    expect(new Set(rows.map(([, name]) => name))).toEqual(
      new Set([
        '@azure/functions',
        '@azure/arm-containerinstance',
        '@azure/identity',
        '@azure/service-bus',
        '@azure/monitor-query-metrics',
        '@azure/monitor-query-logs',
      ]),
    );
  });

  test.each(rows.map(([, name = '', file = '']) => [name, file]))('%s is imported by %s', async (name, file) => {
    expect(await read(file)).toMatch(new RegExp(`^import [^;]* from '${name}';$`, 'm'));
  });

  test('has at most 200 lines and both commands', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(200);
    expect(readme).toContain('npm ci && npm run demo ');
    expect(readme).toContain('npm ci && npm test ');
  });

  test('names only scripts that exist', async () => {
    const texts = await Promise.all(['README.md', 'AGENTS.md', 'docs/operations.md'].map(read));
    const named = texts.flatMap((text) => [...text.matchAll(/`npm run ([\w:]+)/g)].map(([, script]) => script));
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining([...new Set(named)]));
  });

  test('links only to files that exist', async () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) await expect(read(link)).resolves.not.toBe('');
  });
});

test('every dependency has its line, and every line its dependency', async () => {
  const text = await read('docs/dependencies.md');
  const listed = [...text.matchAll(/^\| (`.*`)\s*\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(new Set(listed)).toEqual(new Set(installed));
});

test('AGENTS.md stays under 80 lines', async () => {
  expect((await read('AGENTS.md')).split('\n').length).toBeLessThan(80);
});

test('every documented call of the operations API carries the key, and it is said where that comes from', async () => {
  const texts = await Promise.all([...globSync(['README.md', 'docs/*.md'], { cwd: root })].map(read));
  const calls = texts.flatMap((text) => text.match(/^curl .*"\$APP.*$/gm) ?? []);
  expect(calls.length).toBeGreaterThan(3);
  expect(calls.filter((call) => !/"\$APP\/api\/[^"]*\?code=\$KEY"/.test(call))).toEqual([]);
  expect(await read('docs/operations.md')).toMatch(/^APP=.*\nKEY=/m);
});
