import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Document, parseAllDocuments } from 'yaml';
import { parseWorkloadFile } from '../../../../shared/workload/parse-file.ts';
import { importManifest } from '../../../../shared/workload/manifest/import.ts';
import { importedFile } from '../../../../shared/workload/manifest/file.ts';
import { formatProblems } from '../../../../shared/workload/problem.ts';

const folder = join(import.meta.dirname, 'manifests');
const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5));

describe('a manifest with the mix of features of a public chart becomes a workload, or says why not', () => {
  test('there are twelve of them', () => {
    expect(names).toHaveLength(12);
  });

  // Files beside the manifests say what each becomes; they were read by a person, and are compared word for word.
  test.each(names)('%s', async (name) => {
    const { text, problems } = importedFile(await readFile(join(folder, `${name}.yaml`), 'utf8'));
    const outcome = problems.length > 0 ? `${formatProblems(problems)}\n` : text;
    await expect(outcome).toMatchFileSnapshot(join(folder, `${name}.expected.txt`));
  });
});

const pod = (container: string, more = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers: [{ name: main, image: a/b, ${container} }]\n${more}`;

const said = (manifest: string): string[] =>
  importManifest(manifest).problems.map(({ path, message }) => `${path} ${message}`);

const noted = (manifest: string): string[] =>
  importManifest(manifest).notes.map(({ path, message }) => `${path} ${message}`);

const pathsOf = (value: unknown, path: string[] = []): string[][] =>
  typeof value !== 'object' || value === null
    ? [path]
    : [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, path.concat(name)))];

const SIZE = 'resources: { requests: { cpu: 1, memory: 1G } }';

describe('a manifest', () => {
  test.each([
    [
      'arguments without a command',
      'args: [a]',
      'spec.containers.0.args is refused without a command: Container Instances replace both at once',
    ],
    [
      'a secret in an argument',
      'command: [run, "$(KEY)"], env: [{ name: KEY, valueFrom: { secretKeyRef: { name: a, key: b } } }]',
      'spec.containers.0.command.1 is refused: it holds the value of KEY, which is a secret',
    ],
    [
      'a user that may be root',
      'securityContext: { runAsNonRoot: true }',
      'spec.containers.0.securityContext.runAsNonRoot is refused: Azure does not look at the user',
    ],
    [
      'a port of an unknown name',
      'livenessProbe: { httpGet: { port: web } }',
      'spec.containers.0.livenessProbe.httpGet.port is not the name of a port',
    ],
    [
      'a ConfigMap that is not there',
      'envFrom: [{ configMapRef: { name: c } }]',
      'spec.containers.0.envFrom.0.configMapRef.name is a ConfigMap that is not in the file',
    ],
    [
      'a quantity that is none',
      'resources: { requests: { cpu: 1 core } }',
      'spec.containers.0.resources.requests.cpu is not a quantity such as 250m or 128Mi',
    ],
    [
      'a variable of a name that no map can have',
      'env: [{ name: __proto__, value: a }]',
      'spec.containers.0.env has the name __proto__, which no map can have',
    ],
    [
      'a header of a probe that was named before',
      'livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: X-A, value: a }, { name: B }, { name: x-a, value: c }] } }',
      'spec.containers.0.livenessProbe.httpGet.httpHeaders.2.name is refused: Azure tells headers of a probe apart by name',
    ],
    [
      'a header of a name that no map can have',
      'livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: __proto__, value: a }] } }',
      'spec.containers.0.livenessProbe.httpGet.httpHeaders has the name __proto__, which no map can have',
    ],
    ['a value of a wrong shape', 'command: run', 'spec.containers.0.command is not a list of texts'],
    [
      'two keys that would be one app setting',
      'env: [{ name: A, valueFrom: { secretKeyRef: { name: a-b, key: c } } }, { name: B, valueFrom: { secretKeyRef: { name: a, key: b.c } } }]',
      'spec.containers.0.env.1.valueFrom.secretKeyRef would be app setting A_B_C, which stands for a-b/c already',
    ],
  ])('with %s is refused', (_, container, problem) => {
    expect(said(pod(container))).toEqual([problem]);
  });

  test('tells quantities that are none beside what has a wrong shape and what cannot be translated', () => {
    const resources = 'resources: { requests: { cpu: 1 core, memory: [] }, limits: { cpu: [1], memory: 1 GB } }';
    expect(said(pod(`${resources}, ports: web`))).toEqual([
      'spec.containers.0.resources.requests.cpu is not a quantity such as 250m or 128Mi',
      'spec.containers.0.resources.requests.memory is not a quantity such as 250m or 128Mi',
      'spec.containers.0.resources.limits.cpu is not a quantity such as 250m or 128Mi',
      'spec.containers.0.resources.limits.memory is not a quantity such as 250m or 128Mi',
      'spec.containers.0.ports is not a list',
    ]);
    expect(said(pod(`${resources}, args: [a]`))).toHaveLength(5);
  });

  test.each([
    ['', ['kind holds none of them']],
    ['- a', ['manifest cannot be read as YAML: is not a map']],
    ['a: [', ['manifest cannot be read as YAML: at line 1']],
    ['a: *b', ['manifest cannot be read as YAML: it has an alias that leads nowhere, to itself or to too much']],
    [
      'kind: Pod\napiVersion: v2',
      ['apiVersion is not the version of a Pod that is known here', 'spec.containers is missing'],
    ],
    [`${pod('')}---\n${pod('')}`, ['kind holds several of them']],
  ])('that reads %j is no manifest', (text, problems) => {
    expect(said(text)).toEqual(expect.arrayContaining(problems));
  });

  test('asks for at least what it asked for, in the steps of Azure', () => {
    const { fields } = importManifest(
      pod('resources: { requests: { cpu: 1001m, memory: 1Gi }, limits: { cpu: 1.1 } }'),
    );
    expect(fields).toMatchObject({ cpu: 1.01, memoryInGB: 1.1 });
    expect(fields).not.toHaveProperty('limits');
  });

  test('may use as much CPU as all its containers together', () => {
    const more = '  - { name: b, image: a/b, resources: { requests: { cpu: 1, memory: 1G } } }';
    const manifest = pod('resources: { requests: { cpu: 1, memory: 1G }, limits: { cpu: 4 } }').replace('}]\n', '}');
    const whole = manifest.replace('containers: [', 'containers:\n  - ') + `\n${more}`;
    expect(importManifest(whole).fields).toMatchObject({ limits: { cpu: 2 } });
    expect(noted(whole)).toEqual([
      'spec.containers.0.resources.limits.cpu is 2 vCPU: a container can use no more than its whole group asks for',
    ]);
  });

  test('replaces references in the order of its variables, and nothing else', () => {
    const env = '[{ name: A, value: "1" }, { name: B, value: "$(A)$(C)$$(A)" }, { name: C, value: "$(B)" }]';
    expect(importManifest(pod(`${SIZE}, env: ${env}`)).fields['environment']).toEqual({
      A: '1',
      B: '1$(C)$(A)',
      C: '1$(C)$(A)',
    });
  });

  test.each(['env', 'envFrom', 'resources', 'ports', 'volumeMounts', 'livenessProbe'])(
    'with nothing behind %s is the manifest without it',
    (field) => {
      const container = 'command: [run]';
      const bare = importManifest(pod(container));
      expect(bare.problems).toEqual([]);
      expect(importManifest(pod(`${container}, ${field}:`, '  initContainers:\n  volumes:\n'))).toEqual(bare);
    },
  );

  test('reads a member that is null as one that is not there, at any depth', () => {
    const map = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { A: "1" }\n';
    const withNulls = (prefix: string, period: string): string =>
      pod(
        `${SIZE}, envFrom: [{ configMapRef: { name: c }${prefix} }], livenessProbe: { httpGet: { port: 80 }${period} }`,
      ) + map;
    const whole = importManifest(withNulls('', ''));
    expect(whole).toMatchObject({ problems: [], fields: { environment: { A: '1' } } });
    expect(importManifest(withNulls(', prefix:', ', periodSeconds:'))).toEqual(whole);
  });

  test.each(names)('is read whatever stands in place of a value of %s', async (name) => {
    const documents = parseAllDocuments(await readFile(join(folder, `${name}.yaml`), 'utf8')) as Document[];
    for (const [index, document] of documents.entries()) {
      for (const path of pathsOf(document.toJS()).slice(1)) {
        for (const value of [null, {}, [], 'a']) {
          const changed = new Document(document.toJS());
          changed.setIn(path, value);
          const text = documents.map((each, at) => JSON.stringify(at === index ? changed : each)).join('\n---\n');
          expect(() => importManifest(text), `${path.join('.')}: ${JSON.stringify(value)}`).not.toThrow();
        }
      }
    }
  });

  test('lets a variable refer to the one of its name that it replaces', () => {
    const map = '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { A: "1" }\n';
    const env =
      'envFrom: [{ configMapRef: { name: c } }], env: [{ name: A, value: "$(A)2" }, { name: A, value: "$(A)3" }]';
    expect(importManifest(pod(`${SIZE}, ${env}`) + map).fields['environment']).toEqual({ A: '123' });
  });

  test('never repeats what may be a secret', () => {
    const manifest = pod('env: [{ name: A, value: [hunter2] }], args: { a: hunter2 }, tty: hunter2');
    expect(JSON.stringify(importManifest(manifest))).not.toContain('hunter2');
  });
});

describe('a workload file with a manifest', () => {
  const DEPLOYMENT = pod(`${SIZE}, ports: [{ containerPort: 80 }]`);
  const parsed = (text: string) =>
    parseWorkloadFile({ file: 'workloads/orders.yaml', text, manifests: { 'manifests/a.yaml': DEPLOYMENT } });

  test('is the manifest, with the rest beside it, from a file, a text or a map', () => {
    const indented = DEPLOYMENT.replaceAll(/^/gm, '  ');
    for (const manifest of ['manifests/a.yaml', `|\n${indented}`, `\n${indented}`]) {
      const { name, fields, problems } = parsed(`manifest: ${manifest}\ndrain: none\n`);
      expect(problems).toEqual([]);
      expect(name).toBe('a');
      expect(fields).toMatchObject({ image: 'a/b', cpu: 1, memoryInGB: 1, ports: [{ port: 80 }], drain: 'none' });
      expect(fields).not.toHaveProperty('manifest');
    }
  });

  test('says no value twice, and names the file that was probably meant', () => {
    const texts = ['manifest: manifests/a.yaml\nimage: b/c', 'manifest: manifests/aa.yaml'];
    expect(texts.flatMap((text) => parsed(text).problems)).toMatchObject([
      { path: 'workloads/orders.yaml: image', message: 'is said by the manifest, too' },
      { path: 'workloads/orders.yaml: manifest', message: 'is no manifest', nearest: 'manifests/a.yaml' },
    ]);
  });

  test('tells the problems of the manifest with their paths, and not what is missing for want of it', () => {
    const { problems } = parsed(
      'manifest: { apiVersion: v1, kind: Pod, spec: { containers: [{ image: a/b }] } }\ncpuu: 1',
    );
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'workloads/orders.yaml: cpuu is not a field of a workload',
      'workloads/orders.yaml: manifest.spec.containers.0.name is missing',
    ]);
  });

  test('that is too long to be kept says so', () => {
    const text = `${DEPLOYMENT}# ${'x'.repeat(16_000)}\n`;
    const source = {
      file: 'workloads/a.yaml',
      text: 'manifest: manifests/b.yaml',
      manifests: { 'manifests/b.yaml': text },
    };
    expect(parseWorkloadFile(source).problems).toMatchObject([
      { path: 'workloads/a.yaml: manifest', message: `is ${text.length} characters long` },
    ]);
  });

  test('has the revision of the workload that import writes', () => {
    const written = importedFile(DEPLOYMENT).text;
    const { name: _name, ...direct } = parsed(written).fields;
    const { name: _other, ...kept } = parsed('manifest: manifests/a.yaml').fields;
    expect(kept).toEqual(direct);
  });
});
