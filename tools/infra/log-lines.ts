// Lines of the structured log: what the code emits, and what the queries of workbook and alerts ask of it.

import { RAISED } from '../../shared/telemetry/events.ts';
import { REASONS } from '../../shared/telemetry/reasons.ts';
import { namesIn } from '../../shared/telemetry/wording.ts';

/** Fields by event. */
export type Lines = ReadonlyMap<string, ReadonlySet<string>>;

/** Events that no query asks for: the decision that follows tells the same. */
export const LOG_ONLY = ['alert', 'hint', 'workload-unlisted'];

const CALL = /log\.(?:info|warn)\('([\w-]+)', \{/g;

/** The lines that a source text writes, by its calls; the same event may be written at several places. */
export function linesIn(source: string): Map<string, Set<string>> {
  const lines = new Map<string, Set<string>>();
  for (const call of source.matchAll(CALL)) {
    const fields = lines.get(call[1] ?? '') ?? new Set();
    for (const field of keysFrom(source, call.index + call[0].length)) fields.add(field);
    lines.set(call[1] ?? '', fields);
  }
  return lines;
}

/** Keys of the object whose brace opened just before `start`; what is spread into it is not seen. */
function keysFrom(source: string, start: number): string[] {
  let depth = 0;
  let own = '';
  for (const character of source.slice(start)) {
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth--;
    if (depth < 0) break;
    if (depth === 0) own += character;
  }
  return own.split(',').flatMap((part) => /^\s*(\w+)/.exec(part)?.[1] ?? []);
}

/** Reasons that are lines of their own when they begin, with the numbers of their sentence. */
export const raisedLines = (): Map<string, Set<string>> =>
  new Map([...RAISED].map((code) => [code, new Set(['workload', 'message', ...namesIn(REASONS[code].sentence)])]));

/** Events and reason codes that a query looks for. */
export function namesInQuery(query: string): { events: string[]; codes: string[] } {
  const events = [...query.matchAll(/line\.event\) == '([\w-]+)'/g)].map(([, name = '']) => name);
  const lists = [...query.matchAll(/line\.event\) in \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name),
  );
  const codes = [...query.matchAll(/set_has_element\(line\.codes, '([\w-]+)'\)/g)].map(([, name = '']) => name);
  return { events: [...events, ...lists], codes };
}

/** Names in a query that nothing in the code emits. */
export function queryProblems(query: string, lines: Lines, codes: readonly string[]): string[] {
  const named = namesInQuery(query);
  const fields = new Set([...query.matchAll(/\bline\.(\w+)/g)].map(([, name = '']) => name));
  fields.delete('event');
  const emitted = (field: string): boolean => named.events.some((event) => lines.get(event)?.has(field));
  return [
    ...named.events.filter((name) => !lines.has(name)).map((name) => `No line of the log has the event ${name}.`),
    ...named.codes.filter((name) => !codes.includes(name)).map((name) => `No reason has the code ${name}.`),
    ...[...fields].filter((field) => !emitted(field)).map((field) => `None of these lines has the field ${field}.`),
    ...(named.events.length === 0 ? ['The query names no event.'] : []),
  ];
}

/** Events that nobody would see, and exceptions that are none. */
export function unseenProblems(events: Iterable<string>, queries: readonly string[], logOnly = LOG_ONLY): string[] {
  const [emitted, asked] = [new Set(events), new Set(queries.flatMap((query) => namesInQuery(query).events))];
  const unseen = [...emitted].filter((name) => !asked.has(name) && !logOnly.includes(name));
  const needless = logOnly.filter((name) => asked.has(name) || !emitted.has(name));
  return [
    ...unseen.map((name) => `The event ${name} is in no query, and not among those for the log alone.`),
    ...needless.map((name) => `${name} is no event for the log alone.`),
  ];
}
