// Sentences with numbers in them. `{name}` is replaced by the value of that name, `{name replica}` by the value and the noun
// that fits it, `{name group is|groups are}` likewise where an s is not all the difference: 1 group is, 2 groups are.

export interface Template {
  sentence: string;
  /** What a user can do about it. */
  advice?: string;
}

type Values = Record<string, string | number>;

const PLACE = /\{(\w+)(?: ([^|}]+)(?:\|([^}]+))?)?\}/;

/** Text, then name, noun for one, noun for many, text, for each template that was told: an evaluation tells a dozen of them. */
const parts = new Map<string, (string | undefined)[]>();

export function worded(template: string, values: Values): string {
  const split = parts.get(template) ?? template.split(PLACE);
  parts.set(template, split);
  let told = split[0] ?? '';
  for (let index = 1; index < split.length; index += 4) {
    const [name = '', one, many, text = ''] = split.slice(index, index + 4);
    told += counted(values[name] ?? `{${name}}`, one, many) + text;
  }
  return told;
}

/** The names that a template asks for. */
export const namesIn = (template: string): string[] =>
  [...template.matchAll(new RegExp(PLACE, 'g'))].map(([, name = '']) => name);

/** `1 group`, `2 groups`. */
export const counted = (value: string | number, one: string | undefined, many = `${one}s`): string =>
  one === undefined ? String(value) : `${value} ${value === 1 ? one : many}`;
