import { expect, test } from 'vitest';
import { CLAIRVOYANT, policyOf, POLICY_NAMES } from '../../../../tools/backtest/policies/policies.ts';
import { scriptOf } from '../../../../tools/backtest/trace.ts';
import { World, type Sight } from '../../../../tools/backtest/world/world.ts';

/** The same object, on which reading one of these members throws. */
function without<T extends object>(target: T, hidden: readonly string[]): T {
  return new Proxy(target, {
    get(_, member) {
      if (hidden.includes(String(member))) throw new Error(`${String(member)} is what nobody can know`);
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

/** What a policy is given: the world without its script, what only the score may know, and what chance has in store. */
function sightOf(world: World): Sight {
  const groups = without(world.groups, ['next']);
  const sight = without(world, ['script', 'waits', 'left', 'tally', 'served', 'supply']);
  return new Proxy(sight, { get: (_, member) => (member === 'groups' ? groups : Reflect.get(sight, member, sight)) });
}

test.each(POLICY_NAMES.filter((name) => name !== CLAIRVOYANT))(
  '%s reads neither the true rate nor the arrivals to come',
  (name) => {
    const script = scriptOf({ name: 'step', binSeconds: 60, counts: [5, 5, 60, 60, 60, 5, 5, 0, 0, 5] }, 1);
    const policy = policyOf(
      name,
      { ...script, arrivals: new Uint16Array(), work: new Float64Array() },
      { targetWait: 30 },
    );
    const world = new World(script);
    const sight = sightOf(world);
    for (let nextAt = 0; world.now < script.arrivals.length; world.step()) {
      if (world.now >= nextAt) nextAt = policy.act(sight);
      expect(nextAt).toBeGreaterThan(world.now);
    }
    expect(world.served).toBeGreaterThan(0);
  },
);

test('the clairvoyant does, and is caught at it', () => {
  const script = scriptOf({ name: 'flat', binSeconds: 60, counts: [5, 5] }, 1);
  const clairvoyant = policyOf(CLAIRVOYANT, script, { targetWait: 30 });
  expect(() => clairvoyant.act(sightOf(new World(script)))).toThrow('next is what nobody can know');
});
