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
    ['an alias to nothing', '*nothing', 'is not a map'],
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
