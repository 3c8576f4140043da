import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, revisionOf } from '../../../shared/workload/revision.ts';
import type { WorkloadSpec } from '../../../shared/workload/workload.ts';

const SPEC: WorkloadSpec = {
  image: 'example.io/worker:1',
  environment: { A: '1', B: '2' },
  secureEnvironment: {},
  cpu: 1,
  memoryInGB: 2,
  restartPolicy: 'Always',
};

test('a revision does not depend on the order in which fields were written', () => {
  const { image, environment: _environment, ...others } = SPEC;
  expect(revisionOf({ ...others, environment: { B: '2', A: '1' }, image })).toBe(revisionOf(SPEC));
});

test('a revision stays the same over versions of the product', () => {
  // Another value would replace every container group of every user at an update.
  expect(revisionOf(SPEC)).toBe('5cdd46e8');
});

test.each<Partial<WorkloadSpec>>([
  { image: 'example.io/worker:2' },
  { cpu: 2 },
  { memoryInGB: 3 },
  { environment: { A: '1', B: '3' } },
  { secureEnvironment: { KEY: 'A_KEY' } },
  { command: ['node'] },
  { restartPolicy: 'Never' },
  { identity: '/subscriptions/a' },
  { registry: 'example.io' },
])('a revision changes with %o', (change) => {
  expect(revisionOf({ ...SPEC, ...change })).not.toBe(revisionOf(SPEC));
});

test('an absent field and an undefined one are the same revision', () => {
  expect(revisionOf({ ...SPEC, command: undefined })).toBe(revisionOf(SPEC));
});

test('canonical JSON keeps all data', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
