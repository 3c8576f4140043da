import { expect, it } from 'vitest';
import { scenario } from '../../support/scenario.ts';

function probedStory() {
  const story = scenario({ scaling: { burst: { minGroups: 3 } } });
  const [workload] = story.context.workloads;
  if (!workload) throw new Error('The scenario has no workload.');
  story.context.workloads = [{ ...workload, spec: { ...workload.spec, probe: { path: '/healthz', port: 8080 } } }];
  const deaf = new Set<string | undefined>();
  const called: string[] = [];
  story.ports.probes.probe = async ({ ip, port, path }) => {
    called.push(`${ip}:${port}${path}`);
    return deaf.has(ip) ? 'unreachable' : 'healthy';
  };
  return { story, deaf, called };
}

it('a replica that ceases to answer its probe is out of capacity within 30 s, and replaced', async () => {
  const { story, deaf, called } = probedStory();
  await story.run(240);
  expect(story.last().figures.burstServing).toBe(3);
  const [victim] = story.groups();
  expect(called).toContain(`${victim?.ip}:8080/healthz`);
  deaf.add(victim?.ip);
  await story.run(30);
  expect(story.last().figures.burstServing).toBe(2);
  expect(story.reasons('failed-group').at(-1)).toContain(`${victim?.id.name} is unreachable`);
  await story.run(180);
  expect(story.last().figures.burstServing).toBe(3);
  expect(story.groups()).not.toContain(victim);
});

it('a replica is no capacity before its probe was answered, however long it runs', async () => {
  const { story } = probedStory();
  story.ports.probes.probe = async () => 'unhealthy';
  await story.run(300);
  expect(story.groups().filter((group) => group.running)).toHaveLength(3);
  expect(story.last().figures).toMatchObject({ burstServing: 0, burstStarting: 3 });
});

it('replicas that never answer are replaced when their time is up, though none of them does, and nobody is alarmed', async () => {
  const { story } = probedStory();
  story.ports.probes.probe = async () => 'unreachable';
  await story.run(900);
  expect(story.reasons('failed-group').at(-1)).toContain('warming');
  expect(story.reasons('probes-unheard')).toEqual([]);
});

it('that nobody is heard is raised once, however rare probes are', async () => {
  const { story, deaf } = probedStory();
  const [workload] = story.context.workloads;
  if (workload?.spec.probe) workload.spec.probe.periodSeconds = 30;
  await story.run(300);
  for (const { ip } of story.groups()) deaf.add(ip);
  await story.run(600);
  expect(story.logged.filter(({ event }) => event === 'probes-unheard')).toHaveLength(1);
  deaf.clear();
  await story.run(60);
  expect(story.last().reasons.some(({ code }) => code === 'probes-unheard')).toBe(false);
});
