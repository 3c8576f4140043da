// Nothing is dropped silently: the tables that the docs are made from are held against what the importer does.

import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { KINDS, POD } from '../../../../shared/workload/manifest/fields/pod.ts';
import { importManifest } from '../../../../shared/workload/manifest/import.ts';
import type { Fields, Support } from '../../../../shared/workload/manifest/support.ts';

type Json = Record<string, unknown>;

interface Leaf {
  path: string[];
  support: Support;
}

/** Every field of a table that has none below it; an element of a list is '0'. */
const leaves = (fields: Fields, path: string[] = []): Leaf[] =>
  Object.entries(fields).flatMap(([name, support]) => {
    const at = [...path, name];
    if (support.fields) return leaves(support.fields, support.list ? [...at, '0'] : at);
    return [{ path: at, support }];
  });

/** A manifest in which only `path` says something. */
function only(path: string[], value: unknown): Json {
  const inner = path.reduceRight<unknown>((child, key) => (key === '0' ? [child] : { [key]: child }), value);
  return inner as Json;
}

const pod = leaves(POD).map(({ path, support }) => ({ kind: 'Pod', path: ['spec', ...path], support }));
const makers = ['Deployment', 'Job'].flatMap((kind) =>
  leaves(KINDS[kind]?.fields ?? {})
    .filter(({ path }) => !path.join('.').startsWith('spec.template.spec.'))
    .map(({ path, support }) => ({ kind, path, support })),
);
const all = [...pod, ...makers];

describe('every field that the tables name', () => {
  test('as refused is refused, with its path and the reason', () => {
    const refused = all.filter(({ support }) => support.refused !== undefined);
    expect(refused.length).toBeGreaterThan(100);
    for (const { kind, path, support } of refused) {
      const manifest = { kind, apiVersion: KINDS[kind]?.apiVersion, ...only(path, 'something') };
      const problem = importManifest(JSON.stringify(manifest)).problems.find((each) => each.path === path.join('.'));
      expect([path, problem?.message]).toEqual([path, `is refused: ${support.refused}`]);
    }
  });

  test('as left out is noted, with its path and the reason', () => {
    const left = all.filter(({ support }) => support.left !== undefined);
    expect(left.length).toBeGreaterThan(30);
    for (const { kind, path, support } of left) {
      const manifest = { kind, apiVersion: KINDS[kind]?.apiVersion, ...only(path, 'something') };
      const note = importManifest(JSON.stringify(manifest)).notes.find((each) => each.path === path.join('.'));
      expect([path, note?.message]).toEqual([path, `left out: ${support.left}`]);
    }
  });

  test('as mapped changes what comes out when it is taken away', () => {
    // What becomes nothing (runAsNonRoot) is only looked at.
    const mapped = pod.filter(({ support }) => support.to !== undefined && !support.to.startsWith('nothing'));
    expect(mapped.length).toBeGreaterThan(80);
    const outcome = (manifest: Json): string => stringify(importManifest(`${stringify(manifest)}---\n${CONFIG}`));
    const silent: string[] = [];
    for (const { path } of mapped) {
      const manifest = SAMPLES.map((text) => parse(text) as Json).find((sample) => find(sample, path));
      if (!manifest) throw new Error(`no sample has ${path.join('.')}`);
      const before = outcome(manifest);
      const at = find(manifest, path);
      if (at) delete at[path.at(-1) ?? ''];
      if (outcome(manifest) === before) silent.push(path.join('.'));
    }
    expect(silent).toEqual([]);
  });
});

test('the samples import without a problem', () => {
  for (const sample of SAMPLES) expect(importManifest(`${sample}---\n${CONFIG}`).problems).toEqual([]);
});

/** The map that holds the last key of a path; of a list any element may. */
function find(value: unknown, [key = '', ...rest]: string[]): Json | undefined {
  if (Array.isArray(value)) {
    for (const each of value) {
      const found = find(each, rest);
      if (found) return found;
    }
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return rest.length === 0 ? (value as Json) : find((value as Json)[key], rest);
}

const CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: { name: conf }
data: { a: '1', b: '2' }
`;

const container = (more: string): string => `
    image: contoso.azurecr.io/a:1
    command: [run]
    args: [fast]
    env:
      - { name: PLAIN, value: b }
      - { name: FROM, valueFrom: { configMapKeyRef: { name: conf, key: a } } }
      - { name: SECRET, valueFrom: { secretKeyRef: { name: keys, key: a } } }
    envFrom: [{ prefix: P_, configMapRef: { name: conf } }]
    volumeMounts: [{ name: empty, mountPath: /a, readOnly: true }]
    securityContext:
      privileged: true
      allowPrivilegeEscalation: true
      capabilities: { add: [NET_ADMIN], drop: [ALL] }
      runAsUser: 5
      runAsGroup: 6
${more}`;

const probe = (name: string, how: string): string => `    ${name}:
      ${how}
      initialDelaySeconds: 1
      periodSeconds: 2
      timeoutSeconds: 3
      successThreshold: 4
      failureThreshold: 5
`;

const HTTP = 'httpGet: { path: /a, port: web, scheme: HTTPS, httpHeaders: [{ name: A, value: b }] }';
const EXEC = 'exec: { command: [check] }';

const podOf = (how: string, more: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: sample }
spec:
  restartPolicy: Never
  dnsPolicy: None
  dnsConfig: { nameservers: [10.0.0.1], searches: [a.b], options: [{ name: ndots, value: 2 }] }
  securityContext: { runAsUser: 7, runAsGroup: 8 }
  containers:
  - name: web
${container(`    ports: [{ name: web, containerPort: 80, protocol: UDP }]
    resources: { requests: { cpu: 1500m, memory: 2G }, limits: { cpu: 2, memory: 3G } }
${probe('livenessProbe', how)}${probe('readinessProbe', how)}`)}
  - name: side
    image: contoso.azurecr.io/b:1
    resources: { requests: { cpu: 2, memory: 1G }, limits: { cpu: 3 } }
  initContainers:
  - name: first
${container('')}
${more}`;

const VOLUMES = `
  volumes:
  - { name: empty, emptyDir: {} }
  - { name: conf, configMap: { name: conf, items: [{ key: a, path: a.txt }] } }
  - { name: keys, secret: { secretName: keys, items: [{ key: a, path: a.key }] } }
  - name: both
    projected:
      sources:
      - configMap: { name: conf, items: [{ key: b, path: b.txt }] }
      - secret: { name: more, items: [{ key: b, path: b.key }] }
  - { name: share, azureFile: { shareName: one, secretName: files, readOnly: true } }
  - name: csi
    csi:
      driver: file.csi.azure.com
      readOnly: true
      volumeAttributes: { shareName: two, secretName: others }
  - { name: git, gitRepo: { repository: 'https://example.io/a', directory: b, revision: c } }
`;

const SAMPLES = [podOf(HTTP, VOLUMES), podOf(EXEC, VOLUMES)];
