// The files that a run writes. They are looked at before it, because a run takes minutes, and each is written for itself.

import { access, constants, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { sentenceOf } from '../local/demo/command-line.ts';

/** Files by the option that names them; an option that was not given has none. */
export type Files = Readonly<Record<string, string | undefined>>;

/** Throws with all that stands against writing there, as that two are one file, or one of those that are read. */
export async function checkOutputs(outputs: Files, inputs: Files = {}): Promise<void> {
  const problems: string[] = [];
  const taken = new Map<string, string>();
  for (const [option, file] of given(inputs)) taken.set(await pathOf(file), option);
  for (const [option, file] of given(outputs)) {
    const path = await pathOf(file);
    const why = taken.has(path) ? `it is the file of ${taken.get(path)}` : await whyNotWritable(path);
    if (why !== undefined) problems.push(`The file ${file} of ${option} cannot be written: ${why}.`);
    taken.set(path, option);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

export interface Output {
  /** Undefined where none is wanted: its text is not made then. */
  file: string | undefined;
  text: () => string | Promise<string>;
}

/** Writes each text to its file; returns what could not be written, and why. */
export async function writeOutputs(outputs: readonly Output[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { file, text } of outputs) {
    if (file === undefined) continue;
    await writeFile(file, await text()).catch((error: unknown) => {
      problems.push(`The file ${file} was not written: ${sentenceOf(error)}`);
    });
  }
  return problems;
}

const given = (files: Files): [string, string][] =>
  Object.entries(files).flatMap(([option, file]): [string, string][] => (file === undefined ? [] : [[option, file]]));

/** Two names of one file give the same path. */
const pathOf = (file: string): Promise<string> => realpath(file).catch(() => resolve(file));

async function whyNotWritable(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return 'it is a folder';
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) return `there is no folder ${dirname(path)}`;
  return access(found ? path : dirname(path), constants.W_OK).then(
    () => undefined,
    () => 'it may not be written',
  );
}
