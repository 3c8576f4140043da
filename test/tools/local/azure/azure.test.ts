import { describe, expect, test } from 'vitest';
import { type ArmAnswer, type ArmRequest, idText } from '../../../../tools/local/azure/arm.ts';
import { AzureModel, type AzureOptions } from '../../../../tools/local/azure/azure.ts';
import { control } from '../../../../tools/local/azure/control.ts';
import { identityHeader, token } from '../../../../tools/local/azure/identity.ts';
import { SimulatedClock } from '../../../../tools/local/clock.ts';
import { begin, groupBody, groupId, subscription } from '../../../support/azure-samples.ts';

function requestOf(method: string, path: string, body?: unknown, authorization = 'Bearer x'): ArmRequest {
  const url = new URL(path, 'https://local');
  return { method, path: url.pathname, query: url.searchParams, headers: { authorization }, body };
}

function setUp(options: Partial<AzureOptions> = {}) {
  const clock = new SimulatedClock(begin, 1000);
  const model = new AzureModel({ clock, seed: 11, ...options });
  const send = (...parts: Parameters<typeof requestOf>): ArmAnswer => model.handle(requestOf(...parts));
  const steer = (method: string, path: string, body?: unknown): ArmAnswer =>
    control(model, requestOf(method, path, body));
  return { clock, model, send, steer };
}

const group = `${idText(groupId('burst-0'))}?api-version=2023-05-01`;
const codeOf = (answer: ArmAnswer): unknown => [
  answer.status,
  (answer.body as { error?: { code: string } } | undefined)?.error?.code,
];

describe('the front end', () => {
  test('names what it refuses: no token, no version, a wrong version, an unknown resource or operation', () => {
    const { send } = setUp();
    const refused = send('GET', group, undefined, '');
    expect(codeOf(refused)).toEqual([401, 'InvalidAuthenticationToken']);
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(codeOf(send('GET', group.split('?')[0] ?? ''))).toEqual([400, 'MissingApiVersionParameter']);
    expect(codeOf(send('GET', group.replace('2023', '1999')))).toEqual([400, 'InvalidApiVersionParameter']);
    expect(codeOf(send('GET', group))).toEqual([404, 'ResourceNotFound']);
    expect(codeOf(send('GET', '/subscriptions/x/nothing'))).toEqual([404, 'InvalidResourceType']);
    expect(send('DELETE', group).status).toBe(204);
  });

  test('answers with request ids and what is left of the bucket, and throttles when it is empty', async () => {
    const { clock, send } = setUp();
    const first = send('GET', group);
    expect(first.headers['x-ms-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(first.headers['x-ms-correlation-request-id']).toBeDefined();
    expect(first.headers['x-ms-ratelimit-remaining-subscription-reads']).toBe('249');
    for (let count = 1; count < 250; count++) send('GET', group);
    const throttled = send('GET', group);
    expect([codeOf(throttled), throttled.headers['retry-after']]).toEqual([[429, 'TooManyRequests'], '1']);
    expect(send('PUT', group, groupBody()).status).toBe(201);
    await clock.advance(1000);
    expect(send('GET', group).headers['x-ms-ratelimit-remaining-subscription-reads']).toBe('24');
  });

  test('two runs with one seed and one story are the same, byte for byte', async () => {
    expect(await story()).toBe(await story());
  });
});

async function story(): Promise<string> {
  const { clock, model, send } = setUp();
  for (const name of ['a', 'b', 'c']) send('PUT', group.replace('burst-0', name), groupBody());
  await clock.advance(60_000);
  return JSON.stringify([send('GET', group.replace('burst-0', 'b')), model.billing()]);
}

describe('faults', () => {
  test('hit the planned share of the planned calls between two times', async () => {
    const { clock, send } = setUp({
      faults: { rules: [{ fault: '503', calls: 'reads', share: 0.3, from: begin + 10_000, to: begin + 1_000_000 }] },
    });
    expect(send('GET', group).status).toBe(404);
    await clock.advance(10_000);
    let hits = 0;
    for (let count = 0; count < 300; count++) {
      if (send('GET', group).status === 503) hits++;
      await clock.advance(1000);
    }
    expect(hits).toBeGreaterThan(60);
    expect(hits).toBeLessThan(120);
    expect(send('PUT', group, groupBody()).status).toBe(201);
    await clock.advance(1_000_000);
    expect(send('GET', group).status).toBe(200);
  });

  test('a dropped answer has had its effect, a dropped request has not', () => {
    const { model, send } = setUp();
    model.faults.set({ rules: [{ fault: 'dropRequest' }] });
    expect(send('PUT', group, groupBody()).dropped).toBe(true);
    expect(model.groups.all()).toEqual([]);
    model.faults.set({ rules: [{ fault: 'dropAnswer' }] });
    expect(send('PUT', group, groupBody()).dropped).toBe(true);
    expect(model.groups.all()).toHaveLength(1);
  });

  test('429, 409, 500 and 503 come as the service sends them, and before any effect', () => {
    const { model, send } = setUp();
    const hit = (fault: '429' | '409' | '500' | '503'): ArmAnswer => {
      model.faults.set({ rules: [{ fault, retryAfter: 17 }] });
      return send('PUT', group, groupBody());
    };
    const throttled = hit('429');
    expect([codeOf(throttled), throttled.headers['retry-after']]).toEqual([[429, 'TooManyRequests'], '17']);
    expect(codeOf(hit('409'))).toEqual([409, 'ContainerGroupTransitioning']);
    expect(codeOf(hit('500'))).toEqual([500, 'InternalServerError']);
    expect(codeOf(hit('503'))).toEqual([503, 'ServerTimeout']);
    expect(model.groups.all()).toEqual([]);
  });

  test('a deleted group can linger as Deleting, conflict with a new PUT, and be gone within 90 s', async () => {
    const { clock, send } = setUp({ faults: { lingerShare: 1 } });
    send('PUT', group, groupBody());
    expect(send('DELETE', group).status).toBe(200);
    expect(send('GET', group).body).toMatchObject({ properties: { provisioningState: 'Deleting' } });
    expect(codeOf(send('PUT', group, groupBody()))).toEqual([409, 'ContainerGroupTransitioning']);
    await clock.advance(90_000);
    expect(send('GET', group).status).toBe(404);
  });
});

describe('controls', () => {
  test('take a fault plan and give it back, and name what is wrong with one', () => {
    const { send, steer } = setUp();
    expect(steer('POST', '/control/faults', { rules: [{ fault: '500' }] }).status).toBe(204);
    expect(send('GET', group).status).toBe(500);
    steer('DELETE', '/control/faults');
    expect(send('GET', group).status).toBe(404);
    expect(() => steer('POST', '/control/faults', { rules: [{ fault: '418' }] })).toThrow(/rules\[0\]\.fault/);
    expect(() => steer('POST', '/control/unknown')).toThrow(/no control 'POST unknown'/);
  });

  test('close and open a region, change its quota, and fail a group', async () => {
    const { clock, send, steer } = setUp();
    steer('POST', '/control/regions/eastus/capacity', { available: false, seconds: 60 });
    expect(codeOf(send('PUT', group, groupBody()))).toEqual([409, 'ServiceUnavailable']);
    await clock.advance(60_000);
    steer('POST', '/control/regions/eastus/quota', { groups: 0 });
    expect(codeOf(send('PUT', group, groupBody()))).toEqual([400, 'ContainerGroupQuotaReached']);
    steer('POST', '/control/regions/eastus/quota', { groups: 5 });
    send('PUT', group, groupBody());
    steer('POST', '/control/groups/burst-0/fail', {});
    expect(send('GET', group).body).toMatchObject({ properties: { provisioningState: 'Failed' } });
    expect(steer('GET', '/control/figures').body).toMatchObject({ now: clock.now(), groupsCreated: 1, billing: [] });
    expect(() => steer('POST', '/control/groups/other/fail', {})).toThrow(/no container group 'other'/);
  });
});

test('autoscale settings of a resource group are listed as declared, none by default', () => {
  const path =
    `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Insights/autoscalesettings` +
    '?api-version=2022-10-01';
  expect(setUp().send('GET', path).body).toEqual({ value: [] });
  expect(setUp({ autoscaleSettings: [{ name: 'a' }] }).send('GET', path).body).toEqual({ value: [{ name: 'a' }] });
});

test('a token is a JWT for the asked resource, good for a simulated day, and needs the header', () => {
  const query = new URLSearchParams({ 'api-version': '2019-08-01', resource: 'https://storage.azure.com' });
  const headers = { 'x-identity-header': identityHeader };
  const request = { method: 'GET', path: '/msi/token', query, headers, body: undefined };
  const { access_token } = token(request, begin).body as { access_token: string };
  const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString()) as object;
  expect(claims).toMatchObject({
    aud: 'https://storage.azure.com',
    iss: expect.stringMatching(/^https:\/\/sts\.windows\.net\//),
    exp: begin / 1000 + 86_400,
  });
  expect(() => token({ ...request, headers: {} }, begin)).toThrow(/X-IDENTITY-HEADER/);
});
