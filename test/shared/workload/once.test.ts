import { expect, it } from 'vitest';
import { oncePerWorkload } from '../../../shared/workload/once.ts';
import { workloadOf } from '../../support/workload-of.ts';

it('works out what follows from a workload once, and anew for another object, be it its next revision', () => {
  const asked: string[] = [];
  const revisionOf = oncePerWorkload(({ revision }) => {
    asked.push(revision);
    return revision;
  });
  const first = workloadOf();
  const second = { ...first, revision: 'another' };
  expect([first, first, second, first].map(revisionOf)).toEqual(
    [first, first, second, first].map((one) => one.revision),
  );
  expect(asked).toEqual([first.revision, 'another']);
});
