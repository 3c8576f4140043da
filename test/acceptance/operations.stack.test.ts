// What an operator can see and hold: the status, the brake, and the dry run. The demand is an alert, so that it is the same
// to the group at every run.

import { afterEach, describe, expect, test } from 'vitest';
import { replicaToken } from '../../shared/workload/replica-access.ts';
import { startStack, type Stack, type StackOptions } from '../../tools/local/stack.ts';
import { alertPayload } from '../support/alert-payload.ts';
import { ask, passUntil, type Answer } from '../support/operate.ts';
import { tellStory } from '../support/told-story.ts';

const stacks: Stack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.close();
});

/** A stack without load that has evaluated before. */
async function quietStack(env: Record<string, string> = {}, options: Partial<StackOptions> = {}): Promise<Stack> {
  const stack = await startStack({ seed: 1, env, ...options });
  stacks.push(stack);
  await stack.clock.advance(65_000);
  return stack;
}

const alarm = (stack: Stack, condition: 'Fired' | 'Resolved'): Promise<Answer> => {
  const now = stack.clock.now();
  const resolved = condition === 'Resolved' && { resolvedAt: now };
  return ask(stack, 'POST', 'metricAlert?workload=orders', alertPayload({ condition, firedAt: now, ...resolved }));
};

const groups = ({ azure }: Stack): number => azure.model.groups.all().length;

interface WorkloadStatus {
  figures: Record<string, number>;
  messagesPerSecondPerReplica: { setting: number; inUse: number };
  quota: string[];
  rollout: unknown;
  decisions: { reasons: { code: string; text: string; advice?: string }[]; actions: { kind: string }[] }[];
}

async function statusOfOrders(stack: Stack): Promise<WorkloadStatus> {
  const { body } = await ask(stack, 'GET', 'status/orders');
  return (body['workloads'] as WorkloadStatus[])[0] as WorkloadStatus;
}

const reasonsOf = ({ decisions }: WorkloadStatus): string[] => (decisions[0]?.reasons ?? []).map(({ text }) => text);

describe('the status', () => {
  test('shows figures and reasons, the learned rate beside the setting, what is paused, and the quota', async () => {
    let whole: Answer | undefined;
    let orders: WorkloadStatus | undefined;
    await tellStory({
      // Twice of what a replica does: a first guess to be corrected.
      env: { SPILLWAY_MESSAGES_PER_SECOND_PER_REPLICA: '1', SPILLWAY_BURST_MAX_GROUPS: '25' },
      until: 360,
      onStart: (stage) =>
        stage.at(355, () =>
          stage.now(async () => {
            whole = await ask(stage.stack, 'GET', 'status');
            orders = await statusOfOrders(stage.stack);
          }),
        ),
    });
    expect(whole).toMatchObject({ status: 200, body: { health: 'healthy', problems: [], degraded: [] } });
    expect(orders?.figures).toMatchObject({ burstServing: 25, baseInstances: 6 });
    expect(orders?.figures['backlog']).toBeGreaterThan(0);
    expect(orders?.figures['usdPerHour']).toBeGreaterThan(1);
    expect(orders?.messagesPerSecondPerReplica.setting).toBe(1);
    expect(orders?.messagesPerSecondPerReplica.inUse).toBeGreaterThan(0.4);
    expect(orders?.messagesPerSecondPerReplica.inUse).toBeLessThan(0.6);
    expect(orders?.quota).toContain('You ask for up to 25 cores; the quota in westeurope is 100.');
    const told = orders?.decisions.flatMap(({ reasons }) => reasons);
    expect(told).toContainEqual({
      code: 'at-maximum',
      text: expect.stringMatching(/^\d+ burst groups are wanted; the maximum is 25\.$/),
      advice: expect.stringContaining('SPILLWAY_BURST_MAX_GROUPS'),
    });
  });

  test('of a workload that nobody declared is 404', async () => {
    const stack = await quietStack();
    expect(await ask(stack, 'GET', 'status/oders')).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('oders') },
    });
  });
});

describe('a pause', () => {
  test('without an author, with an unknown scope, or of more than a week is refused with what is allowed', async () => {
    const stack = await quietStack();
    for (const body of [{}, { author: 'ann', scope: 'up' }, { author: 'ann', minutes: 10_081 }, 'all of it']) {
      const answer = await ask(stack, 'POST', 'pause', body);
      expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('all|in|out|drain') } });
    }
    await alarm(stack, 'Fired');
    await passUntil(stack, 'Nothing is paused, so groups start', 30, () => groups(stack) === 2);
  });

  test.each(['out', 'all'])('of %s starts nothing and says who paused, until it is resumed', async (scope) => {
    const stack = await quietStack();
    expect(await ask(stack, 'POST', 'pause', { author: 'ann', scope })).toMatchObject({ status: 200 });
    await alarm(stack, 'Fired');
    await stack.clock.advance(120_000);
    expect(groups(stack)).toBe(0);
    expect(reasonsOf(await statusOfOrders(stack))).toContainEqual(
      expect.stringMatching(`Paused \\(${scope}\\) by ann`),
    );
    const { body } = await ask(stack, 'GET', 'status');
    expect(body).toMatchObject({ pause: { author: 'ann', scope, until: expect.anything() } });
    expect(await ask(stack, 'POST', 'resume')).toMatchObject({ status: 200 });
    await passUntil(stack, 'The groups start', 30, () => groups(stack) === 2);
  });

  test.each(['in', 'all'])('of %s takes nothing away, and ends by itself when its time is over', async (scope) => {
    const stack = await quietStack();
    await alarm(stack, 'Fired');
    await passUntil(stack, 'The groups start', 30, () => groups(stack) === 2);
    await stack.clock.advance(60_000);
    await ask(stack, 'POST', 'pause', { author: 'ann', scope, minutes: 5 });
    await alarm(stack, 'Resolved');
    await stack.clock.advance(5 * 60_000 - 1000);
    expect(groups(stack)).toBe(2);
    await passUntil(stack, 'The groups are given back', 180, () => groups(stack) === 0);
  });

  test('of in lets a burst grow', async () => {
    const stack = await quietStack();
    await ask(stack, 'POST', 'pause', { author: 'ann', scope: 'in' });
    await alarm(stack, 'Fired');
    await passUntil(stack, 'The groups start', 30, () => groups(stack) === 2);
  });
});

describe('a dry run', () => {
  test('changes nothing in Azure and says what it would have done', async () => {
    const methods: string[] = [];
    const stack = await quietStack(
      { SPILLWAY_MODE: 'dry-run' },
      { onExchange: ({ method, url }) => void (url.includes('/providers/') && methods.push(method)) },
    );
    await alarm(stack, 'Fired');
    await stack.clock.advance(300_000);
    expect(methods.length).toBeGreaterThan(10);
    expect(new Set(methods)).toEqual(new Set(['GET']));
    const status = await statusOfOrders(stack);
    expect(reasonsOf(status)).toContainEqual(expect.stringContaining('2 x create-group'));
    expect(status.decisions.flatMap(({ actions }) => actions)).toEqual([]);
  });
});

const CALLS: [method: 'GET' | 'POST', path: string, body?: unknown][] = [
  ['GET', 'status'],
  ['GET', 'registry/orders'],
  ['GET', 'replicas/instance:0?workload=orders&busy=false'],
  ['POST', 'metricAlert?workload=orders', alertPayload({ condition: 'Fired', firedAt: Date.now() })],
  ['POST', 'pause', { author: 'kim', scope: 'in', minutes: 30 }],
  ['POST', 'resume'],
  ['POST', 'rollout/orders', { do: 'pause', author: 'kim' }],
  ['POST', 'signals/orders', { load: 5, minutes: 10 }],
];

describe('every call', () => {
  const restarted = async (env: Record<string, string>): Promise<Stack> => {
    const stack = await quietStack();
    await stack.host.kill();
    await stack.restartHost(env);
    return stack;
  };

  test.each([
    // Neither the health nor whether a workload is published is kept there.
    ['answers 503 and why while storage cannot be reached', {}, 200, 404],
    [
      'all the more where a broken workload needs what it ran on before',
      { SPILLWAY_BURST_MAX_GROUPS: 'ten' },
      503,
      503,
    ],
  ])('%s', async (_, env, health, registry) => {
    const nowhere = 'https://localhost:1/devstoreaccount1';
    const storage = { AzureWebJobsStorage__tableServiceUri: nowhere, AzureWebJobsStorage__blobServiceUri: nowhere };
    const stack = await restarted({ ...storage, SPILLWAY_REPLICA_KEY: '', ...env });
    const answers = await Promise.all(
      [['GET', 'health'] as const, ...CALLS].map(([method, path, body]) => ask(stack, method, path, body)),
    );
    expect(answers.map(({ status }) => status)).toEqual([health, 503, registry, 503, 503, 503, 503, 503, 503]);
    const why = answers.flatMap(({ status, body }) => (status === 503 ? [body['error']] : []));
    for (const each of why) expect(each).toContain('ECONNREFUSED');
  });

  test.each([
    ['a key', { SPILLWAY_REPLICA_KEY: '' }, [401, 401, 401, 401, 401, 401, 401, 401]],
    [
      'a key, but for alerts and polls where something else guards them',
      { SPILLWAY_ALERT_AUTHENTICATION: 'entra', SPILLWAY_REPLICA_KEY: 'k'.repeat(32) },
      [401, 401, 'token', 400, 401, 401, 401, 401],
    ],
  ])('takes %s', async (_, env, expected) => {
    const { host } = await restarted({ SPILLWAY_LOCAL_KEY: 'key', ...env });
    const statuses = CALLS.map(async ([method, path]) => {
      const response = await fetch(`http://127.0.0.1:${host.port}/api/${path}`, { method });
      return (await response.text()).includes('SPILLWAY_TOKEN') ? 'token' : response.status;
    });
    expect(await Promise.all(statuses)).toEqual(expected);
  });
});

describe('the lifecycle start-stop', () => {
  test('starts and stops declared groups through the same story, and never creates or deletes any', async () => {
    let groups = 0;
    const story = await tellStory({
      lifecycle: 'start-stop',
      onStart: (stage) =>
        stage.at(240, () => {
          groups = stage.stack.azure.model.groups.all().length;
        }),
    });
    expect(story).toMatchObject({
      complete: true,
      figures: { messagesLost: 0, groupsLeftOver: 0, groupsCreated: 0, groupsCreatedTwice: 0, workCutShort: 0 },
    });
    expect(story.figures.peakBurstReplicas).toBeGreaterThanOrEqual(20);
    expect(story.figures.secondsToFirstAccepted).toBeLessThanOrEqual(15);
    expect(groups).toBe(60);
    const writes = story.exchanges.filter(({ method, url }) => method !== 'GET' && url.includes('/containerGroups/'));
    expect(new Set(writes.map(({ method, url }) => `${method} ${/\/(start|stop)\?/.exec(url)?.[1] ?? ''}`))).toEqual(
      new Set(['POST start', 'POST stop']),
    );
  });
});

describe('a rollout', () => {
  test('is steered by its call, and the status shows what became of it', async () => {
    const stack = await quietStack();
    const steer = (body: unknown, workload = 'orders'): Promise<Answer> =>
      ask(stack, 'POST', `rollout/${workload}`, body);
    const rollout = async (): Promise<unknown> => (await statusOfOrders(stack)).rollout;
    expect(await rollout()).toMatchObject({ good: expect.stringMatching(/^[0-9a-f]{8}$/) as string, quarantine: [] });
    expect(await steer({ do: 'pause', author: 'kim' })).toMatchObject({ status: 200 });
    expect(await rollout()).toMatchObject({ paused: { author: 'kim' } });
    expect(await steer({ do: 'resume', author: 'kim' })).toMatchObject({ status: 200 });
    expect(await rollout()).not.toHaveProperty('paused');
    expect(await steer({ do: 'approve', author: 'kim' })).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('No rollout of orders is under way') as string },
    });
    expect(await steer({ do: 'hurry' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('pause|resume|abort|roll-back|approve') as string },
    });
    expect(await steer({ do: 'pause', author: 'kim' }, 'mails')).toMatchObject({ status: 404 });
  });
});

describe('a function', () => {
  test('is opened by its key alone, also where replicas have a key that cannot be used', async () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/replica-key)';
    const { host } = await quietStack({ SPILLWAY_LOCAL_KEY: 'open-sesame', SPILLWAY_REPLICA_KEY: reference });
    const statuses = (headers: Record<string, string>): Promise<number[]> =>
      Promise.all(
        ['GET replicas/g-1?workload=orders', 'GET status', 'POST metricAlert'].map(async (call) => {
          const [method = '', path] = call.split(' ');
          return (await fetch(`http://127.0.0.1:${host.port}/api/${path}`, { method, headers })).status;
        }),
      );
    expect(await statuses({ 'x-spillway-token': replicaToken(reference, 'g-1') })).toEqual([401, 401, 401]);
    expect(await statuses({ 'x-functions-key': 'open-sesame' })).toEqual([200, 200, 400]);
  });
});
