// Groups that nobody wants any more.

import { describe, expect, it } from 'vitest';
import { AzureFailure } from '../../../shared/ports/errors.ts';
import { groupName } from '../../../shared/placement/names.ts';
import { TAGS } from '../../../shared/placement/tags.ts';
import { scenario, type Scenario } from '../../support/scenario.ts';
import { OWNER, workloadOf } from '../../support/workload-of.ts';

const MINUTE = 60;

describe('groups that nobody wants', () => {
  it('an orphan of a removed workload is gone within ten minutes', async () => {
    const story = scenario({ load: 20 });
    await story.run(120);
    expect(story.groups().length).toBeGreaterThan(0);
    story.context.workloads = [];
    story.context.declared = ['another'];
    await story.run(10 * MINUTE);
    expect(story.names()).toEqual([]);
  });

  it.each([
    ['is still being created', 15, () => {}],
    ['failed and revives', 120, (story: Scenario) => story.groups().forEach((group) => group.fail(60_000))],
  ] as const)('an orphan that %s bills for ten minutes at most', async (_, seconds, harm) => {
    const story = scenario({ load: 20 });
    await story.run(seconds);
    expect(story.groups().length).toBeGreaterThan(0);
    harm(story);
    story.context.workloads = [];
    story.context.declared = ['another'];
    await story.run(10 * MINUTE);
    expect(story.names()).toEqual([]);
    expect(story.model.groups.billing.filter(({ to }) => to === undefined)).toEqual([]);
  });

  it('no evaluation for an hour removes the burst, not earlier', async () => {
    let broken = false;
    const story = scenario({
      load: 20,
      intercept: async (port, _method, run) => {
        if (port === 'planner' && broken) {
          throw new AzureFailure('Loading', { class: 'wait', code: 'ServerBusy', message: 'busy' }, undefined);
        }
        return run();
      },
    });
    await story.run(150);
    const before = story.groups().length;
    broken = true;
    story.setLoad(0);
    await story.run(59 * MINUTE);
    expect(story.groups().length).toBeGreaterThanOrEqual(before);
    expect(story.logged.some(({ event }) => event === 'workload-silent')).toBe(true);
    await story.run(6 * MINUTE);
    expect(story.names()).toEqual([]);
  });

  it('a group of another deployment is never touched, whatever it is named', async () => {
    const story = scenario({ load: 20 });
    const { spec } = workloadOf();
    const tags = { [TAGS.owner]: 'another', [TAGS.workload]: 'orders', [TAGS.ordinal]: '1' };
    await story.ports.containerGroups.create({ name: 'theirs', location: 'westeurope', tags, spec, secrets: {} });
    await story.run(120);
    story.context.workloads = [];
    story.context.declared = ['another'];
    await story.run(15 * MINUTE);
    expect(story.groups().map((group) => [group.id.name, group.state])).toEqual([['theirs', 'Running']]);
  });

  it('a group of another deployment is not adopted, though it has the very name of the one to be made', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 1 } } });
    const { spec } = workloadOf();
    const name = groupName(OWNER, workloadOf(), 'westeurope', 1);
    const tags = { [TAGS.owner]: 'another', [TAGS.workload]: 'orders', [TAGS.ordinal]: '1' };
    await story.ports.containerGroups.create({ name, location: 'westeurope', tags, spec, secrets: {} });
    await story.run(120);
    const made = story.actionsSince(0).filter(({ action }) => action.kind === 'create-group');
    expect(made[0]).toMatchObject({ action: { name }, outcome: 'failed', failure: { code: 'NameTaken' } });
    expect(made.map(({ outcome }) => outcome)).not.toContain('adopted');
  });

  it.each([TAGS.owner, TAGS.workload])(
    'a group whose tag %s names somebody else now is left alone, and its name too',
    async (tag) => {
      const story = scenario({ load: 20 });
      await story.run(150);
      const [name = ''] = story.names();
      story.context.declared = ['orders', 'another'];
      const taken = await story.ports.containerGroups.get(name);
      await story.ports.containerGroups.setTags(name, { ...taken?.tags, [tag]: 'another' });
      const at = story.clock.now();
      story.setLoad(0);
      await story.run(300);
      expect(story.groups().map((group) => [group.id.name, group.state])).toEqual([[name, 'Running']]);
      story.setLoad(20);
      await story.run(120);
      expect(story.names().length).toBeGreaterThan(2);
      const touched = story.actionsSince(at).filter(({ action }) => 'name' in action && action.name === name);
      expect(touched).toEqual([]);
    },
  );

  it('a group whose workload tag was changed to a workload that is not declared is an orphan', async () => {
    const story = scenario({ scaling: { burst: { minGroups: 2 } } });
    await story.run(150);
    const [name = ''] = story.names();
    const taken = await story.ports.containerGroups.get(name);
    await story.ports.containerGroups.setTags(name, { ...taken?.tags, [TAGS.workload]: 'another' });
    await story.run(10 * MINUTE);
    expect(story.names()).not.toContain(name);
    expect(story.last().figures.burstServing).toBe(2);
  });

  it('a new revision replaces the groups of the old one when they are not needed any more', async () => {
    const story = scenario({ load: 12 });
    await story.run(150);
    story.context.workloads = [{ ...workloadOf(), revision: 'ffffffff' }];
    story.setLoad(40);
    await story.run(120);
    const revisions = new Set(story.groups().map((group) => group.body.tags[TAGS.revision]));
    expect(revisions).toContain('ffffffff');
    story.setLoad(3);
    await story.run(400);
    expect(story.names()).toEqual([]);
  });
});
