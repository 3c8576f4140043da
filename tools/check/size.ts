// Prints how large the parts are, and fails when the emulators outgrow what they are there to test, or a file its bound.

import { readFile } from 'node:fs/promises';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const LONGEST_FILE = 400;

interface Part {
  name: string;
  patterns: string[];
}

const PRODUCT: Part = { name: 'functions/ and shared/', patterns: ['functions/**/*.ts', 'shared/**/*.ts'] };
const EMULATORS: Part = {
  name: 'emulators (local Azure, Service Bus, Functions host)',
  patterns: ['tools/local/{azure,servicebus,host}/**/*.ts'],
};

async function measure({ patterns }: Part): Promise<{ file: string; lines: number }[]> {
  const files: { file: string; lines: number }[] = [];
  for await (const file of glob(patterns, { cwd: root })) {
    files.push({ file, lines: (await readFile(join(root, file), 'utf8')).split('\n').length - 1 });
  }
  return files.toSorted((a, b) => a.lines - b.lines);
}

const total = (files: { lines: number }[]): number => files.reduce((sum, { lines }) => sum + lines, 0);
const at = (files: { lines: number }[], share: number): number =>
  files[Math.min(files.length - 1, Math.floor(files.length * share))]?.lines ?? 0;

const product = await measure(PRODUCT);
const emulators = await measure(EMULATORS);
for (const [part, files] of [
  [PRODUCT, product],
  [EMULATORS, emulators],
] as const) {
  const spread = `median ${at(files, 0.5)}, 90 % at most ${at(files, 0.9)}, longest ${at(files, 1)}`;
  process.stdout.write(`${part.name}: ${total(files)} lines in ${files.length} files (${spread})\n`);
}

const long = [...product, ...emulators].filter(({ lines }) => lines > LONGEST_FILE);
for (const { file, lines } of long)
  process.stderr.write(`${file} has ${lines} lines; at most ${LONGEST_FILE} are allowed.\n`);
if (total(emulators) >= total(product)) process.stderr.write('The emulators are larger than what they test.\n');
if (long.length > 0 || total(emulators) >= total(product)) process.exitCode = 1;
