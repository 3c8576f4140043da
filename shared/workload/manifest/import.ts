// A Kubernetes manifest as a workload: a Pod, a Deployment or a Job, and the ConfigMaps that it refers to, in one file. Every
// field is mapped, left out with a note, or refused with its path and the reason; all problems come at once.

import { LineCounter, parseAllDocuments } from 'yaml';
import { nearest } from '../nearest.ts';
import { shown, type Problem } from '../problem.ts';
import { CONFIG_MAP, KINDS } from './fields/pod.ts';
import type { Manifest } from './kubernetes.ts';
import { isMap } from '../strict.ts';
import { Report } from './report.ts';
import { podFields, type FileFields } from './translate.ts';
import { contentOf } from '../yaml-content.ts';
import { walk, type Findings, type Note } from './walk.ts';

export interface Imported {
  /** The manifest's name. */
  name?: string;
  /** Fields of a workload file; complete only without problems. */
  fields: FileFields;
  problems: Problem[];
  notes: Note[];
}

interface Doc {
  path: string;
  kind: string;
  content: Record<string, unknown>;
}

/** Never throws. */
export function importManifest(text: string): Imported {
  const read = documentsOf(text);
  if ('problem' in read) return { fields: {}, problems: [read.problem], notes: [] };
  const { docs } = read;
  const report = new Report(configMapsOf(docs));
  const manifests = docs.filter(({ kind }) => Object.hasOwn(KINDS, kind));
  for (const doc of docs) walkDoc(doc, report);
  const [only] = manifests;
  if (!only || manifests.length > 1) {
    const message = only ? 'holds several of them' : 'holds none of them';
    report.problem('kind', message, `one ${Object.keys(KINDS).join(', or one ')}`);
    return { fields: {}, ...findings(report) };
  }
  const manifest = only.content as unknown as Manifest;
  const name = typeof manifest.metadata?.name === 'string' ? { name: manifest.metadata.name } : {};
  if (report.malformed) return { ...name, fields: {}, ...findings(report) };
  const [pod, path] =
    only.kind === 'Pod' ? [manifest.spec, 'spec'] : [manifest.spec?.template?.spec, 'spec.template.spec'];
  return { ...name, fields: podFields(pod ?? {}, only.path + path, report), ...findings(report) };
}

const findings = ({ problems, notes }: Report): Pick<Imported, 'problems' | 'notes'> => ({ problems, notes });

function documentsOf(text: string): { docs: Doc[] } | { problem: Problem } {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { prettyErrors: false, lineCounter: lines });
  const parsed = Array.isArray(documents) ? documents : [];
  const docs: Doc[] = [];
  for (const [index, document] of parsed.entries()) {
    const [error] = document.errors;
    // The library's own message quotes the source, which may hold a secret.
    if (error) return { problem: notYaml(`at line ${lines.linePos(error.pos[0]).line}`) };
    const read = contentOf(document);
    if ('problem' in read) return { problem: notYaml(`it ${read.problem}`) };
    const content = read.value;
    if (content === null) continue;
    if (typeof content !== 'object' || Array.isArray(content)) return { problem: notYaml('is not a map') };
    const path = parsed.length > 1 ? `document ${index + 1}: ` : '';
    const kind = String((content as { kind?: unknown }).kind);
    // The data of a ConfigMap is not read by fields: a null among it stays, and is refused.
    docs.push({ path, kind, content: (kind === 'ConfigMap' ? content : withoutNulls(content)) as Doc['content'] });
  }
  return { docs };
}

/** A member that is null counts as absent, as it does for Kubernetes. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

const notYaml = (where: string): Problem => ({
  path: 'manifest',
  value: undefined,
  message: `cannot be read as YAML: ${where}`,
  allowed: 'documents of YAML or JSON, each a map',
});

const ALLOWED = [...Object.keys(KINDS), 'ConfigMap'];

function walkDoc({ path, kind, content }: Doc, report: Report): void {
  if (kind === 'ConfigMap') return walkAt(CONFIG_MAP, content, path, report);
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!known) {
    report.problems.push({
      path: `${path}kind`,
      value: shown(kind),
      message: 'is refused: it is nothing that a workload runs',
      allowed: ALLOWED.join(', '),
      nearest: nearest(kind, ALLOWED),
    });
    return;
  }
  if (content['apiVersion'] !== known.apiVersion) {
    const message = `is not the version of a ${kind} that is known here`;
    report.problem(`${path}apiVersion`, message, known.apiVersion, shown(content['apiVersion']));
  }
  walkAt(known.fields, content, path, report);
}

function walkAt(fields: Parameters<typeof walk>[0], content: unknown, prefix: string, report: Report): void {
  const found: Findings = { problems: [], notes: [], malformed: false };
  walk(fields, content, '', found);
  for (const each of found.problems) report.problems.push({ ...each, path: prefix + each.path });
  for (const { path, message } of found.notes) report.note(prefix + path, message);
  report.malformed ||= found.malformed;
}

function configMapsOf(docs: Doc[]): ReadonlyMap<string, Record<string, string>> {
  return new Map(
    docs
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ content }) => {
        const { metadata, data } = content as { metadata?: { name?: string }; data?: Record<string, string> };
        return [metadata?.name ?? '', data ?? {}];
      }),
  );
}
