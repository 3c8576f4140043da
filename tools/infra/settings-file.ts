// App settings in a file of JSON.

import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { isMap } from '../../shared/workload/strict.ts';
import { sentenceOf } from '../local/demo/command-line.ts';

type Content = Readonly<Record<string, unknown>>;

/** Names and values; `within`: where they are, if not at the top. Throws with a sentence. */
export async function settingsIn(
  file: string,
  within = (content: Content): unknown => content,
): Promise<Readonly<Record<string, string>>> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    const values = isMap(content) ? within(content) : content;
    if (!isMap(values)) throw new Error('it is no map of names and values');
    const texts = Object.entries(values).map(([name, value]) => {
      if (typeof value !== 'string') throw new Error(`the value of ${name} is no text`);
      return [name, value] as const;
    });
    return Object.fromEntries(texts);
  } catch (error) {
    const why = sentenceOf(error).replaceAll(/\s+/g, ' ');
    throw new Error(`${relative('', file)} cannot be read as app settings: ${why}`, { cause: error });
  }
}
