import { describe, expect, test } from 'vitest';
import { parseWorkloadFile } from '../../../shared/workload/parse-file.ts';

const parse = (text: string, file = 'workloads/orders.yaml') => parseWorkloadFile({ file, text });
const IMAGE = 'image: example.io/worker:1\n';

describe('a workload file', () => {
  test('declares its fields, and defaults fill in the rest', () => {
    const { name, fields, problems } = parse(
      `${IMAGE}cpu: 0.5e1\ncommand: [node, worker.js]\nenvironment: { PORT: "80" }`,
    );
    expect(problems).toEqual([]);
    expect(name).toBe('orders');
    expect(fields).toMatchObject({
      cpu: 5,
      memoryInGB: 2,
      command: ['node', 'worker.js'],
      environment: { PORT: '80' },
    });
  });

  test('may declare another name than its own', () => {
    expect(parse(`${IMAGE}name: order-emails`).name).toBe('order-emails');
  });

  test('may leave a field empty', () => {
    expect(parse(`${IMAGE}cpu:\nenvironment:\n`)).toMatchObject({ fields: { cpu: 1, environment: {} }, problems: [] });
  });

  test('shows all of its problems at once', () => {
    const { problems } = parse('cpu: 0\nmemoryInGB: 241\nreplicasPerInstance: 0\nrestartPolicy: always\nimge: a');
    expect(problems.map(({ path, message, nearest }) => [path.replace(/.*: /, ''), message, nearest])).toEqual([
      ['imge', 'is not a field of a workload', 'image'],
      ['image', 'is missing', undefined],
      ['cpu', 'is below 0.01', undefined],
      ['memoryInGB', 'is above 240', undefined],
      ['replicasPerInstance', 'is below 1', undefined],
      ['restartPolicy', 'is not one of the allowed values', 'Always'],
    ]);
  });

  test.each([
    ['drain: pol', 'drain is not a kind of drain', 'poll'],
    ['drain: { http: { path: drain, port: 1 } }', 'drain.http.path does not begin with a slash', undefined],
    ['drain: { htp: { path: /, port: 1 } }', 'drain.htp is not a member of it', 'http'],
    ['probe: { path: /, port: 0 }', 'probe.port is below 1', undefined],
    ['probe: { path: /, prot: 1 }', 'probe.prot is not a member of it', 'port'],
    ['placement: { offerigns: [] }', 'placement.offerigns is not a member of it', 'offerings'],
    [
      'placement: { offerings: [{ location: x, sku: standard }] }',
      'placement.offerings.0.sku is not one of the allowed values',
      'Standard',
    ],
    ['placement: { apart: [{ scope: zone, most: 0 }] }', 'placement.apart.0.most is below 1', undefined],
    ['placement: { sizes: [{ cpu: 0, memoryInGB: 1 }] }', 'placement.sizes.0.cpu is not above 0', undefined],
    ['placement: { spot: { shar: 5 } }', 'placement.spot.shar is not a member of it', 'share'],
    ['systemIdentity: "true"', 'systemIdentity is neither true nor false', undefined],
    ['tags: { spillway-a: b }', 'tags.spillway-a is not a name of a tag', undefined],
    ['ports: [1, 2, 3, 4, 5, 0]', 'ports.5.port is below 1', undefined],
    ['ports: [1, 2, 3, 4, 5, 0]', 'ports has more than 5 elements', undefined],
    ['cpu: .nan', 'cpu is not a number', undefined],
  ])('tells what is wrong deep inside, with what is allowed there: %s', (more, text, nearest) => {
    const { problems } = parse(`${IMAGE}${more}`);
    const found = problems.find(({ path, message }) => `${path} ${message}` === `workloads/orders.yaml: ${text}`);
    expect(found?.allowed).toMatch(/^(?!.*docs\/)/);
    expect(found?.nearest).toBe(nearest);
  });

  test('shows of a value what there is, and text that reads like something else in quotes', () => {
    const values = (more: string) => parse(`${IMAGE}${more}`).problems.map(({ value }) => value);
    expect(values('cpu: .nan\nsystemIdentity: "true"\ntags: 5')).toEqual(['NaN', '"true"', '5']);
    expect(values('placement: { apart: [{ scope: zone, most: 0 }] }')).toEqual(['0']);
  });

  test('names the variable that is wrong', () => {
    const { problems } = parse(`${IMAGE}environment: { PORT: 80, "A B": c }`);
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'workloads/orders.yaml: environment.PORT is not text: put it in quotes',
      'workloads/orders.yaml: environment.A B is not a name of an environment variable',
    ]);
  });

  test.each([
    ['a list', '- a\n- b', 'is not a map'],
    ['nothing', '', 'is not a map'],
    ['an alias to nothing', '*nothing', 'has an alias that leads nowhere, to itself or to too much'],
    [
      'a map inside itself',
      `${IMAGE}environment: &a { A: *a }`,
      'has an alias that leads nowhere, to itself or to too much',
    ],
    [
      'a name that no map keeps',
      `${IMAGE}environment: { __proto__: a }`,
      'has a member of the name __proto__, which no map can have',
    ],
    ['broken', `${IMAGE}cpu: [1`, 'is not valid YAML: bad indent at line 2, column 8'],
    ['two documents', `${IMAGE}---\n${IMAGE}`, 'is not valid YAML: multiple docs at line 2, column 1'],
    ['one field twice', `${IMAGE}${IMAGE}`, 'is not valid YAML: duplicate key at line 2, column 1'],
    ['too long to be kept', `${IMAGE}#${'x'.repeat(20_000)}`, 'is 20028 characters long'],
  ])('that is %s says so', (_, text, message) => {
    expect(parse(text).problems).toMatchObject([{ path: 'workloads/orders.yaml', message }]);
  });

  test('that cannot be read still says whose it is, so that the right workload runs on', () => {
    expect(parse('name: "mail"\ncpu: [1').name).toBe('mail');
    expect(parse('cpu: [1', 'workloads\\mail.yml').name).toBe('mail');
  });

  test.each(['Orders', 'a_b', '-a', 'a-', 'a'.repeat(25)])('may not be named %s', (name) => {
    const declared = parse(`${IMAGE}name: ${name}`);
    expect(declared).toMatchObject({
      name: 'orders',
      problems: [{ path: 'workloads/orders.yaml: name', value: name }],
    });
  });
});
