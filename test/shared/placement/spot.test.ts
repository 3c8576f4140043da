import { describe, expect, it } from 'vitest';
import { scenario } from '../../support/scenario.ts';

const placement = {
  offerings: [
    { location: 'westeurope', priority: 'Spot' as const },
    { location: 'westeurope' },
    { location: 'northeurope' },
  ],
  apart: [],
  replicasPerGroup: 1,
  sizes: [],
  spot: { share: 50, floor: 4 },
};
const scaling = { base: { mode: 'none' as const }, burst: { minGroups: 14, maxGroups: 14 }, placement };

/** Groups by priority, once fourteen were asked for. */
async function shares(spotCores: number) {
  const story = scenario({ scaling, quota: { westeurope: { spotCores } } });
  await story.run(300);
  const priorities = story.groups().map(({ body }) => body.properties.priority ?? 'Regular');
  const count = (priority: string) => priorities.filter((each) => each === priority).length;
  return { spot: count('Spot'), regular: count('Regular'), story };
}

describe('fourteen replicas, half of them on Spot above a floor of four', () => {
  it('are nine regular ones and five on Spot', async () => {
    expect(await shares(10)).toMatchObject({ spot: 5, regular: 9 });
  });

  it('are regular ones where the quota of Spot has no room, and this is said', async () => {
    const { spot, regular, story } = await shares(2);
    expect({ spot, regular }).toEqual({ spot: 2, regular: 12 });
    const said = { location: 'westeurope/Spot', room: 2, limit: 2, what: 'spot cores' };
    expect(story.decisions.flatMap(({ reasons }) => reasons)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'quota', values: expect.objectContaining(said) }),
        expect.objectContaining({ code: 'rule-broken', values: { rule: '50 % Spot above 4 regular', count: 5 } }),
      ]),
    );
  });
});
