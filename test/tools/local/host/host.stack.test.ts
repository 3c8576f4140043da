import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localCertificate, type LocalCertificate } from '../../../../tools/local/certificate.ts';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import { startHost, type LaunchOptions, type LocalHost, type LogLine } from '../../../../tools/local/host/launch.ts';
import type { Queue } from '../../../../tools/local/servicebus/queue.ts';
import { startServiceBus, type LocalServiceBus } from '../../../../tools/local/servicebus/service-bus.ts';

const start = Date.UTC(2026, 0, 1);
const hosts: LocalHost[] = [];
let clock: SimulatedClock;
let lines: LogLine[];

beforeEach(() => {
  clock = new SimulatedClock(start);
  lines = [];
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.kill()));
});

async function launch(app: string, options: Partial<LaunchOptions> = {}): Promise<LocalHost> {
  const root = fileURLToPath(new URL(`fixtures/${app}`, import.meta.url));
  const host = await startHost({ clock, root, env: {}, onLog: (line) => lines.push(line), ...options });
  hosts.push(host);
  return host;
}

const logged = (): LogLine[] =>
  lines.filter(({ level, invocationId }) => level === 'information' && invocationId !== '');
/** What functions logged. */
const story = (): string[] => logged().map(({ message }) => message);
/** Simulated seconds from the start till a function logged that for the last time. */
const when = (message: string): number =>
  (Date.parse(logged().findLast((line) => line.message === message)?.time ?? '') - start) / 1000;

const get = (host: LocalHost, path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://localhost:${host.port}/api/${path}`, init);

describe('loading', () => {
  test('an entry that throws at load takes the app down, though others load', async () => {
    await expect(launch('broken')).rejects.toThrow(/entry functions\/b-broken\.js .*a setting of mine is wrong/);
  });

  test('a missing setting is named and takes the app down', async () => {
    await expect(launch('unset')).rejects.toThrow(
      /setting TICK_SCHEDULE is missing; 'schedule' of binding '.*' of function 'tick' needs it/,
    );
  });
});

describe('timers', () => {
  test('a timer fires once per due time however fast the clock runs, and sees the time of the clock', async () => {
    clock = new SimulatedClock(start, 60_000);
    const host = await launch('timers');
    expect(host.functions).toEqual(['tick']);
    await clock.advance(120_000);
    const leaps = ['2026-01-01T00:01:00.000Z', '2026-01-01T00:02:00.000Z'];
    expect(story()).toEqual(leaps.flatMap((time) => Array.from({ length: 6 }, () => `${time} past due: false`)));
  });

  test('a host that is stopped fires no more and ends with code 0', async () => {
    const host = await launch('timers');
    await host.stop();
    expect(await host.exited).toBe(0);
    await clock.advance(60_000);
    expect(story()).toEqual([]);
  });
});

describe('HTTP', () => {
  test('a route gets its parameters, query and body, and its answer keeps status, headers and body', async () => {
    const host = await launch('web');
    const answer = await get(host, 'workloads/a%20b/parts?q=1&q=2', { method: 'POST', body: 'hello' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-seen')).toBe('yes');
    expect(await answer.json()).toEqual({ name: 'a b', part: 'parts', query: '1,2', body: 'hello' });
    expect(await (await get(host, 'WORKLOADS/x/')).json()).toEqual({ name: 'x', query: null, body: '' });
    expect(await (await get(host, 'workloads/all')).text()).toBe('literal');
  });

  test('an unknown path and a method that is not allowed get 404', async () => {
    const host = await launch('web');
    for (const path of ['nothing', 'workloads', 'workloads/a/b/c']) expect((await get(host, path)).status).toBe(404);
    expect((await get(host, 'workloads/a', { method: 'DELETE' })).status).toBe(404);
  });

  test('no result is 204, and a throw is 500 with the reason in the log only', async () => {
    const host = await launch('web');
    expect((await get(host, 'silent')).status).toBe(204);
    const failed = await get(host, 'failing');
    expect([failed.status, await failed.text()]).toEqual([500, '']);
    await clock.advance(200);
    expect(lines.map(({ message }) => message).join('\n')).toMatch(/The function failed: Error: no luck/);
  });

  test('a function that asks for a key is closed without it, by header or query', async () => {
    const host = await launch('web', { env: { SPILLWAY_LOCAL_KEY: 'open-sesame' } });
    expect((await get(host, 'closed')).status).toBe(401);
    expect((await get(host, 'closed?code=wrong')).status).toBe(401);
    expect((await get(host, 'closed?code=open-sesame')).status).toBe(200);
    expect((await get(host, 'closed', { headers: { 'x-functions-key': 'open-sesame' } })).status).toBe(200);
    expect((await get(host, 'silent')).status).toBe(204);
  });

  test('a body beyond 100 MB is refused before it is sent', async () => {
    const host = await launch('web');
    const headers = { 'content-length': 100 * 1024 * 1024 + 1 };
    const path = '/api/workloads/a';
    const status = await new Promise((resolve, reject) => {
      const sent = request({ port: host.port, host: 'localhost', path, method: 'POST', headers });
      sent.once('response', (response) => resolve(response.statusCode)).once('error', reject);
      sent.flushHeaders();
    });
    expect(status).toBe(413);
  });
});

describe('Service Bus', () => {
  let tls: LocalCertificate;
  let bus: LocalServiceBus;
  let work: Queue;
  /** The clock stands while a message can be handled without time going on. */
  let busy: () => boolean;
  const handled = (): boolean => work.counts().active > 0;

  beforeAll(async () => {
    tls = await localCertificate();
  });
  beforeEach(async () => {
    const queues = [{ name: 'work', requiresSession: true, maxDeliveryCount: 3 }, { name: 'plain' }];
    bus = await startServiceBus({ clock, tls, queues });
    work = bus.queue('work');
    busy = handled;
  });
  afterEach(() => bus.close());

  const launchQueue = (options: Partial<LaunchOptions> = {}): Promise<LocalHost> => {
    const env = { Bus: bus.connectionString, SESSION_QUEUE: 'work' };
    return launch('queue', { env, busy: () => busy(), ...options });
  };
  const send = (sessionId: string, step: number, body: object = {}): void =>
    work.send({ sessionId, body: { step, ...body } });

  test('two messages of one session are handled one after the other, two sessions at once', async () => {
    await launchQueue();
    for (const step of [1, 2]) for (const session of ['a', 'b']) send(session, step, { meets: true });
    await clock.advance(200);
    for (const session of ['a', 'b']) {
      expect(story().filter((line) => line.startsWith(session))).toEqual([
        `${session}1 begins, delivery 1`,
        `${session}1 ends`,
        `${session}2 begins, delivery 1`,
        `${session}2 ends`,
      ]);
    }
    expect(work.totals).toMatchObject({ completed: 4, abandoned: 0 });
  });

  test('an idle session keeps its slot until the idle time-out, and only then another is served', async () => {
    await launchQueue();
    send('a', 1);
    send('b', 1);
    await clock.advance(200);
    busy = () => bus.liveDeliveries('work') > 0;
    send('c', 1);
    await clock.advanceTo(start + 1000);
    expect(story().filter((line) => line.startsWith('c1'))).toEqual([]);
    await clock.advanceTo(start + 1200);
    // Both sessions are given up now, so that nothing keeps the third from its slot.
    busy = handled;
    await clock.advance(200);
    expect(when('c1 begins, delivery 1')).toBeGreaterThan(1);
  });

  test('a message whose function throws is delivered again, and dead-lettered after the last delivery', async () => {
    await launchQueue();
    send('a', 1, { fails: true });
    send('a', 2);
    await clock.advance(200);
    expect(story()).toEqual([
      'a1 begins, delivery 1',
      'a1 begins, delivery 2',
      'a1 begins, delivery 3',
      'a2 begins, delivery 1',
      'a2 ends',
    ]);
    expect(work.counts()).toEqual({ active: 0, deadLetter: 1, scheduled: 0 });
  });

  test('a session that stays in use is kept beyond the time of its lock', async () => {
    await launchQueue();
    for (let step = 1; step <= 150; step++) {
      send('a', step);
      await clock.advance(800);
    }
    expect(when('a150 ends')).toBeGreaterThan(119);
    expect(lines.filter(({ level }) => level !== 'information')).toEqual([]);
    expect(work.totals).toMatchObject({ outgoing: 150, completed: 150 });
  });

  test('a message of a host that crashed is delivered to the next one when its lock ends', async () => {
    const host = await launchQueue();
    send('a', 1, { crashes: true });
    await clock.advance(1000);
    expect(await host.exited).toBeNull();
    await clock.advance(60_000);
    await launchQueue();
    await clock.advance(200);
    expect(story()).toEqual(['a1 begins, delivery 1', 'a1 begins, delivery 2', 'a1 ends']);
    expect(when('a1 ends')).toBeGreaterThanOrEqual(60);
  });

  test('with a delay of the first message it is handled that much later, and those after it at once', async () => {
    busy = () => bus.liveDeliveries('work') > 0;
    await launchQueue({ firstMessageDelay: 90_000 });
    send('a', 1);
    while (story().length === 0) await clock.advance(1000);
    expect(when('a1 begins, delivery 1')).toBeGreaterThanOrEqual(90);
    busy = handled;
    send('b', 1);
    await clock.advance(200);
    expect(story().at(-1)).toBe('b1 ends');
  });

  test('messages of a queue without sessions are handled at once, with their properties', async () => {
    const plain = bus.queue('plain');
    busy = () => plain.counts().active > 0;
    await launchQueue();
    plain.send({ body: { x: 1 }, messageId: 'first', properties: { source: 'alert' } }, { body: 'text' });
    await clock.advance(200);
    const told = story().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told).toContainEqual({
      message: { x: 1 },
      messageId: 'first',
      enqueuedTimeUtc: '2026-01-01T00:00:00.000Z',
      applicationProperties: { source: 'alert' },
    });
    expect(told).toContainEqual(expect.objectContaining({ message: 'text' }));
  });
});

describe('a host that is gone', () => {
  test('killing the host does not stop the clock', async () => {
    const host = await launch('timers');
    await clock.advance(10_000);
    await host.kill();
    expect(await host.exited).toBeNull();
    await clock.advance(60_000);
    expect(clock.now()).toBe(start + 70_000);
    expect(story()).toHaveLength(1);
  });

  test('killing the host frees a clock that waits for a request in progress', async () => {
    const begun = Promise.withResolvers<void>();
    const host = await launch('web', { onLog: ({ message }) => message === 'begins' && begun.resolve() });
    const answer = get(host, 'endless').catch((error: unknown) => error);
    await begun.promise;
    const advanced = clock.advance(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    await host.kill();
    await advanced;
    expect(await answer).toBeInstanceOf(Error);
    expect(clock.now()).toBe(start + 60_000);
  });

  test('killing the host frees a clock that waits for work on its way to it', async () => {
    const asked = Promise.withResolvers<void>();
    const host = await launch('timers', {
      busy: () => {
        asked.resolve();
        return true;
      },
    });
    const advanced = clock.advance(60_000);
    await asked.promise;
    await host.kill();
    await advanced;
    expect(clock.now()).toBe(start + 60_000);
  });
});
