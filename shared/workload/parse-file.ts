// One workload file: YAML text in, the declared fields and everything that is wrong with them out.

import { readValue } from './explain.ts';
import { FIELDS, workloadName } from './fields.ts';
import type { Field, WorkloadFile } from './fields.ts';
import { importManifest } from './manifest/import.ts';
import type { Note } from './manifest/walk.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { isMap } from './strict.ts';
import { readYaml } from './yaml-content.ts';

/** A file of the workloads folder: its path, as messages show it, and its text. */
export interface SourceFile {
  file: string;
  text: string;
  /** Texts of the manifests that it may name, by their paths in the workloads folder. */
  manifests?: Readonly<Record<string, string>>;
}

/** What a file declares. Only without problems all fields are there. */
export interface Declared {
  /** The name it declares, or should have declared: known even when the file is broken. */
  name: string;
  file: string;
  fields: Partial<WorkloadFile>;
  /** What stands in each field, right or wrong; absent when the file cannot be read. */
  found?: ReadonlyMap<string, unknown>;
  /** Fields that may say something and cannot be read. */
  unread: ReadonlySet<string>;
  problems: Problem[];
  /** What was left out of a manifest, or is not quite as it says. */
  notes: Note[];
}

// The last valid configuration must fit one property of a table row, which holds 64 KiB, compressed; with it what app
// settings say: signals (20,000 characters) and the log query (4,000) are the longest.
const LONGEST_FILE = 16_000;

/** Reads one workload file. Never throws: whatever is wrong becomes a problem. */
export function parseWorkloadFile(source: SourceFile): Declared {
  const { file, text } = source;
  if (text.length > LONGEST_FILE) {
    const message = `is ${text.length} characters long`;
    return broken(source, { path: file, value: undefined, message, allowed: `at most ${LONGEST_FILE} characters` });
  }
  const read = readYaml(text);
  if ('problem' in read)
    return broken(source, { path: file, value: undefined, message: read.problem, allowed: 'one YAML document' });
  const content = read.value;
  if (!isMap(content)) {
    const allowed = `a map with the fields ${FIELDS.map(({ name }) => name).join(', ')}`;
    return broken(source, { path: file, value: undefined, message: 'is not a map', allowed });
  }
  return declare(source, new Map(Object.entries(content)));
}

function declare(source: SourceFile, content: Map<string, unknown>): Declared {
  const problems = [...unknownFields(source.file, [...content.keys()])];
  const manifest = expandManifest(source, content);
  problems.push(...manifest.problems);
  const fields: Record<string, unknown> = {};
  const unread = new Set<string>();
  for (const field of FIELDS) {
    const found = content.get(field.name) ?? (field.name === 'name' ? nameOfFile(source.file) : undefined);
    if (field.name === 'manifest') continue;
    // What a broken manifest would have said is not missing besides.
    const ofManifest = found === undefined && manifest.problems.length > 0;
    const { value, problems: wrong = [] } = ofManifest ? {} : readField(source.file, field, found);
    problems.push(...wrong);
    if (ofManifest || wrong.length > 0) unread.add(field.name);
    if (value !== undefined) fields[field.name] = value;
  }
  const declared: Partial<WorkloadFile> = fields;
  const name = declared.name ?? nameOfFile(source.file);
  return { name, file: source.file, fields: declared, found: content, unread, problems, notes: manifest.notes };
}

/** Puts what the manifest says among the fields of the file; no value may stand in both. */
function expandManifest(source: SourceFile, content: Map<string, unknown>): Pick<Declared, 'problems' | 'notes'> {
  const found = content.get('manifest') ?? undefined;
  if (found === undefined) return { problems: [], notes: [] };
  const path = `${source.file}: manifest`;
  const text = manifestText(source, found);
  if (text === undefined) {
    const known = Object.keys(source.manifests ?? {});
    const allowed = `a Pod, Deployment or Job as a map or text, or one of the files ${known.join(', ') || '(there is none)'}`;
    const hint = typeof found === 'string' ? nearest(found, known) : undefined;
    const problem = { path, value: undefined, message: 'is no manifest', allowed, nearest: hint };
    return { problems: [problem], notes: [] };
  }
  if (text.length > LONGEST_FILE) {
    const message = `is ${text.length} characters long`;
    return {
      problems: [{ path, value: undefined, message, allowed: `at most ${LONGEST_FILE} characters` }],
      notes: [],
    };
  }
  const { name, fields, problems, notes } = importManifest(text);
  if (name !== undefined && !content.has('name')) content.set('name', name);
  const twice = Object.keys(fields).filter((field) => content.has(field));
  for (const [field, value] of Object.entries(fields)) if (!twice.includes(field)) content.set(field, value);
  return {
    problems: [
      ...problems.map((problem) => Object.assign(problem, { path: `${path}.${problem.path}` })),
      ...twice.map((field) => ({
        path: `${source.file}: ${field}`,
        value: undefined,
        message: 'is said by the manifest, too',
        allowed: 'each value in one of the two',
      })),
    ],
    notes: notes.map((note) => ({ path: `${path}.${note.path}`, message: note.message })),
  };
}

function manifestText({ manifests = {} }: SourceFile, found: unknown): string | undefined {
  if (isMap(found)) return JSON.stringify(found);
  if (typeof found !== 'string') return undefined;
  return found.includes('\n') ? found : manifests[found];
}

function readField(file: string, field: Field, found: unknown): { value?: unknown; problems?: Problem[] } {
  const path = `${file}: ${field.name}`;
  if (found !== undefined) return readValue(path, field.kind, found, field.secret);
  if (!field.required) return { value: field.default };
  return { problems: [{ path, value: undefined, message: 'is missing', allowed: field.kind.allowed }] };
}

function unknownFields(file: string, names: string[]): Problem[] {
  const known: string[] = FIELDS.map(({ name }) => name);
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `${file}: ${name}`,
      value: undefined,
      message: 'is not a field of a workload',
      allowed: known.join(', '),
      nearest: nearest(name, known),
    }));
}

// A workload whose file is broken runs on under its name, so the name is looked for even in what cannot be read.
function broken({ file, text }: SourceFile, problem: Problem): Declared {
  const name = /^name:[ \t]*["']?([a-z0-9-]+)/m.exec(text)?.[1];
  const valid = workloadName.schema.safeParse(name);
  const unread = new Set<string>(FIELDS.map((field) => field.name));
  return {
    name: valid.success ? valid.data : nameOfFile(file),
    file,
    fields: {},
    unread,
    problems: [problem],
    notes: [],
  };
}

const nameOfFile = (file: string): string => file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '');
