import { expect, test } from 'vitest';
import { seeded } from '../../../../tools/local/random.ts';
import { Machines } from '../../../../tools/backtest/world/machines.ts';

test('one request for machines in fifty is refused, and nobody gets any of it (seed 1)', () => {
  const machines = new Machines(seeded(1), 4);
  const refused = Array.from({ length: 5000 }, () => machines.add(1, 0)).filter((granted) => !granted).length;
  expect(refused / 5000).toBeGreaterThan(0.015);
  expect(refused / 5000).toBeLessThan(0.025);
  expect(machines.list).toHaveLength(5000 - refused);
});
