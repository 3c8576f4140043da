// The hooks before and after a deployment against the local Azure.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstRank } from '../../../tools/infra/derived.ts';
import { smoke } from '../../../tools/infra/smoke.ts';
import type { Stack } from '../../../tools/local/stack.ts';
import { WORLD } from '../../../tools/local/world.ts';
import { startDeployed, type Deployed } from '../../support/deployed.ts';

let deployed: Deployed;
let stack: Stack;
beforeAll(async () => {
  deployed = await startDeployed();
  ({ stack } = deployed);
});
afterAll(() => deployed.close());

const ROOT = join(import.meta.dirname, '../../..');
const GROUP = `/subscriptions/${WORLD.subscription}/resourceGroups/${WORLD.resourceGroup}/providers`;

/** What each setting of the first rank is where nobody says otherwise. */
const defaults = (): Record<string, string> =>
  Object.fromEntries(firstRank().map(({ name, default: usual = '' }) => [name, usual]));

const hook: Deployed['hook'] = (...all) => deployed.hook(...all);
const said = (): Promise<string[]> => deployed.said();

const look = (port = stack.host.port, tries = 1) =>
  smoke({ url: `http://localhost:${port}`, key: 'any', tries, pause: () => stack.clock.advance(30_000) });

describe('after a deployment', () => {
  test('an app that has not evaluated yet is not called working', async () => {
    const { ok, lines } = await look();
    expect(ok).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/Not evaluated yet: orders.*role may still be propagating/)]);
  });

  test('an app that is healthy and evaluates is', async () => {
    const { ok, lines } = await look(stack.host.port, 6);
    expect(ok).toBe(true);
    expect(lines).toEqual(['The app is healthy.', expect.stringMatching(/^orders: .+/)]);
  });

  test('an evaluation that cannot read its queue is told as failing, with the reason and what to do', async () => {
    await stack.host.kill();
    await stack.restartHost({ SPILLWAY_QUEUE: `${stack.serviceBus.host}/nobodys` });
    await stack.clock.advance(60_000);
    const { ok, lines } = await look(stack.host.port, 4);
    expect(ok).toBe(false);
    expect(lines).toEqual([
      expect.stringMatching(
        /^orders was evaluated and fails: Queue \S+nobodys could not be read.*Check that the identity/,
      ),
    ]);
  });

  test('a dry run whose groups no place would take is told as failing', async () => {
    for (const region of WORLD.locations) stack.azure.model.setQuota(region, { groups: 0 });
    await stack.host.kill();
    await stack.restartHost({ SPILLWAY_MODE: 'dry-run', SPILLWAY_BURST_MIN_GROUPS: '1' });
    await stack.clock.advance(60_000);
    const { ok, lines } = await look(stack.host.port, 4);
    for (const region of WORLD.locations) stack.azure.model.setQuota(region, { groups: 100 });
    expect(ok).toBe(false);
    expect(lines.join('\n')).toMatch(/^orders was evaluated and fails: 1 group finds no place in .*raise the quota/m);
  });

  test('storage that cannot be reached is told as the app tells it', async () => {
    await stack.host.kill();
    const gone = Object.entries(stack.storage.env).map(([name, value]) => [name, value.replaceAll(/:\d+\//g, ':1/')]);
    await stack.restartHost(Object.fromEntries(gone));
    const { ok, lines } = await look();
    expect({ ok, lines }).toEqual({
      ok: false,
      lines: [expect.stringMatching(/cannot tell its status: Reading .*ECONNREFUSED/)],
    });
  });

  test('an address where nothing answers is named', async () => {
    expect((await look(1)).lines).toEqual([expect.stringContaining('does not answer at http://localhost:1')]);
  });

  test('settings that make the app unhealthy are told as the app tells them', async () => {
    await stack.host.kill();
    await stack.restartHost({ SPILLWAY_OWNER_ID: '' });
    const { ok, lines } = await look();
    expect(ok).toBe(false);
    expect(lines.join('\n')).toMatch(/unhealthy:\n.*SPILLWAY_OWNER_ID/);
    await stack.host.kill();
  });

  test('settings that keep a workload from running are told as well, and the deployment is not called working', async () => {
    await stack.restartHost({ SPILLWAY_BURST_MAX_GROUPS: 'forty' });
    const { ok, lines } = await look();
    expect({ ok, lines }).toEqual({
      ok: false,
      lines: ['The app is degraded:', expect.stringMatching(/^ {2}SPILLWAY_BURST_MAX_GROUPS is /)],
    });
    await stack.host.kill();
  });

  test('a workload that was evaluated once, and is no more, is told', async () => {
    const workload = {
      name: 'orders',
      silent: true,
      lastEvaluation: 'at noon',
      decisions: [{ reasons: [], actions: [] }],
    };
    const answers = { health: 'healthy', problems: [], workloads: [workload] };
    const server = createServer((_, response) => response.end(JSON.stringify(answers)));
    await once(server.listen(0, 'localhost'), 'listening');
    const { ok, lines } = await look((server.address() as AddressInfo).port);
    server.close();
    expect({ ok, lines }).toEqual({
      ok: false,
      lines: [expect.stringMatching(/^Not evaluated since at noon: orders/)],
    });
  });
});

describe('the hook before a provision', () => {
  const model = () => stack.azure.model;
  const first = { AZURE_RESOURCE_GROUP: '', AZURE_FUNCTION_NAME: '' };

  test('tells the idle cost and keeps a public key, with nothing wrong', async () => {
    const { code, out } = await hook('preprovision', first);
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Idle cost a month.*\d+\.\d\d {2}in all/s),
    });
    expect(await said()).toEqual([expect.stringMatching(/^SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY ssh-rsa AAAA/)]);
  });

  test('stops at a provider, a quota and a right that are missing, each with what to do', async () => {
    model().deployment.providers['Microsoft.EventGrid'] = 'NotRegistered';
    model().deployment.rights = { actions: ['*'], notActions: ['Microsoft.Authorization/*/write'] };
    model().setQuota('westeurope', { groups: 3 });
    const { code, err } = await hook('preprovision', first);
    delete model().deployment.providers['Microsoft.EventGrid'];
    model().deployment.rights = { actions: ['*'], notActions: [] };
    model().setQuota('westeurope', { groups: 100 });
    expect(code).toBe(1);
    expect(err).toContain('az provider register --namespace Microsoft.EventGrid.');
    expect(err).toMatch(/room for \d more ContainerGroups.*ask for more at https:/);
    expect(err).toMatch(/may not assign roles.*ask an Owner or a User Access Administrator/);
    expect(await said()).toEqual([]);
  });

  test('stops at a bad name before anything is asked', async () => {
    const { code, err } = await hook('preprovision', { ...first, AZURE_ENV_NAME: '-' });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('is named "-"') });
  });

  test('stops where the idle cost is above 50 dollars and nobody can be asked', async () => {
    const { code, err } = await hook('preprovision', { ...first, AZD_VNET: 'true' });
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('SPILLWAY_ACCEPT_COST true') });
    expect(await hook('preprovision', { ...first, AZD_VNET: 'true', SPILLWAY_ACCEPT_COST: 'true' })).toMatchObject({
      code: 0,
    });
    const unknown = await hook('preprovision', { ...first, SPILLWAY_EXAMPLE_VM_SIZE: 'Standard_D2s_v5' });
    expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining('?  Example: 1 x Standard_D2s_v5') });
  });

  test('lists what somebody changed in the portal and stops, takes it over with --keep, and passes with --overwrite', async () => {
    const set = { ...defaults(), SPILLWAY_BURST_MAX_GROUPS: '10' };
    const known = { SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY: 'ssh-rsa AAAA', SPILLWAY_APP_SETTINGS: JSON.stringify(set) };
    model().deployment.appSettings = { ...set, SPILLWAY_BURST_MAX_GROUPS: '40' };
    const { code, err } = await hook('preprovision', known);
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('SPILLWAY_BURST_MAX_GROUPS: deployed "40", wanted "10"'),
    });
    expect(await said()).toEqual([]);
    expect(await hook('preprovision', known, ['--overwrite'])).toMatchObject({ code: 0 });
    expect(await said()).toEqual([]);
    expect(err).toMatch(/azd env refresh.*SPILLWAY_DRIFT=overwrite azd provision --no-state/);
    model().deployment.appSettings['SPILLWAY_QUEUE_FOR_EXAMPLE'] = 'of-a-provision-that-failed';
    expect((await hook('preprovision', known)).err).toMatch(/QUEUE_FOR_EXAMPLE: .*or by a provision that failed\)/);
    const { code: kept, out } = await hook('preprovision', known, ['--keep']);
    expect({ kept, out }).toMatchObject({ kept: 0, out: expect.stringContaining('QUEUE_FOR_EXAMPLE is set anew') });
    expect(await said()).toEqual(['SPILLWAY_BURST_MAX_GROUPS 40']);
  });

  test('finds out whether the key vault holds the address of the alerts, whatever was so before', async () => {
    const known = { ...first, SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY: 'ssh-rsa AAAA' };
    const { secrets } = model().deployment;
    const setBy = async (more: Record<string, string>): Promise<string[]> => {
      expect(await hook('preprovision', { ...known, ...more })).toMatchObject({ code: 0 });
      return said();
    };
    expect(await setBy({ SPILLWAY_ALERT_SECRET_READY: 'true' })).toEqual(['SPILLWAY_ALERT_SECRET_READY false']);
    const vault = { SPILLWAY_KEY_VAULT: 'kv' };
    expect(await setBy({ ...vault, SPILLWAY_ALERT_SECRET_READY: 'true' })).toEqual([
      'SPILLWAY_ALERT_SECRET_READY false',
    ]);
    secrets['metric-alert-uri'] = 'any';
    expect(await setBy(vault)).toEqual(['SPILLWAY_ALERT_SECRET_READY true']);
    expect(await setBy({ ...vault, SPILLWAY_ALERT_SECRET_READY: 'true' })).toEqual([]);
    delete secrets['metric-alert-uri'];
  });

  test('lets through what was changed in the environment of azd, which a provision is for', async () => {
    const set = defaults();
    const known = { SPILLWAY_EXAMPLE_SSH_PUBLIC_KEY: 'ssh-rsa AAAA', SPILLWAY_APP_SETTINGS: JSON.stringify(set) };
    model().deployment.appSettings = set;
    const changed = { ...known, SPILLWAY_MODE: 'enforce', SPILLWAY_BURST_MAX_GROUPS: '40' };
    expect(await hook('preprovision', changed)).toMatchObject({ code: 0, err: '' });
  });

  test('stops where an app is deployed and nothing is known of it, as on a new machine', async () => {
    model().deployment.deployed = true;
    const { code, err } = await hook('preprovision', first);
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^rg-orders holds an app.*overwrite.*env refresh/),
    });
    expect(await hook('preprovision', first, ['--overwrite'])).toMatchObject({ code: 0 });
    model().deployment.deployed = false;
  });
});

describe('the hook after a provision', () => {
  test('writes the workload files, and takes its own of the example away where there is no example any more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'workloads-'));
    const given = { SPILLWAY_DRILL_QUEUE: 'drill', SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder) };
    await hook('postprovision', { ...given, SPILLWAY_EXAMPLE_QUEUE: 'example' });
    expect((await readdir(folder)).toSorted()).toEqual(['drill.yaml', 'example.yaml']);
    await writeFile(join(folder, 'orders.yaml'), '');
    await hook('postprovision', given);
    expect((await readdir(folder)).toSorted()).toEqual(['drill.yaml', 'orders.yaml']);
    await writeFile(join(folder, 'example.yaml'), 'image: mine:1\n');
    await hook('postprovision', given);
    expect((await readdir(folder)).toSorted()).toEqual(['drill.yaml', 'example.yaml', 'orders.yaml']);
    await rm(folder, { recursive: true });
  });

  test('makes the key of the replicas once, and never shows it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'workloads-'));
    const given = { SPILLWAY_KEY_VAULT: 'kv', SPILLWAY_WORKLOADS_FOLDER: relative(ROOT, folder) };
    const { secrets } = stack.azure.model.deployment;
    const first = await hook('postprovision', given);
    const key = secrets['replica-key'] ?? '';
    expect(key).toMatch(/^[\w-]{43}$/);
    const second = await hook('postprovision', given);
    expect(secrets['replica-key']).toBe(key);
    for (const { code, out, err } of [first, second]) {
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).not.toContain(key);
    }
    await rm(folder, { recursive: true });
  });
});

describe('the hook after a deployment', () => {
  const alerts = {
    SPILLWAY_KEY_VAULT: 'kv',
    SPILLWAY_ALERT_ACTION_GROUP: `${GROUP}/Microsoft.Insights/actionGroups/ag`,
  };

  test('waits while a role propagates, connects the alerts, and says what the app does', async () => {
    await stack.restartHost();
    await stack.clock.advance(120_000);
    stack.azure.model.deployment.refusals = 2;
    const { code, out, err } = await hook('postdeploy', alerts);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/role may still be propagating[^]*The app is healthy\.\norders: /);
    expect(stack.azure.model.deployment.secrets['metric-alert-uri']).toContain('/api/metricAlert?code=');
    expect(JSON.stringify(stack.azure.model.deployment.actionGroup)).toContain('"webhookReceivers"');
    expect(out + err).not.toContain(stack.azure.model.deployment.functionKey);
  });

  test('has the app look again for the key of the replicas that it could not read, and fails while it has none', async () => {
    const { deployment } = stack.azure.model;
    deployment.reference = 'AccessToKeyVaultDenied';
    await stack.host.kill();
    await stack.restartHost({ SPILLWAY_REPLICA_KEY: '@Microsoft.KeyVault(VaultName=kv;SecretName=replica-key)' });
    expect(await hook('postdeploy')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SPILLWAY_REPLICA_KEY is'),
    });
    expect(deployment.reference).toBe('Resolved');
  });

  test('ends well once the app has found that key', async () => {
    const { deployment } = stack.azure.model;
    deployment.reference = 'AccessToKeyVaultDenied';
    // The address stays, whichever host is behind it.
    const address = createServer((request, response) => {
      void fetch(`http://localhost:${stack.host.port}${request.url}`)
        .then(async (answer) => response.writeHead(answer.status).end(await answer.text()))
        .catch(() => response.destroy());
    });
    await once(address.listen(0, 'localhost'), 'listening');
    const url = `http://localhost:${(address.address() as AddressInfo).port}`;
    const ending = hook('postdeploy', { SERVICE_SPILLWAY_URI: url, SPILLWAY_HOOK_PAUSE_SECONDS: '0.5' });
    await expect.poll(() => deployment.reference, { timeout: 30_000 }).toBe('Resolved');
    // Azure starts an app anew whose references have changed.
    await stack.host.kill();
    await stack.restartHost();
    const ended = await ending;
    address.close();
    expect(ended).toMatchObject({ code: 0, err: '', out: expect.stringContaining('The app is healthy.') });
  });

  test('fails, and says why, where the keys stay closed or the app does not answer', async () => {
    stack.azure.model.deployment.refusals = 1000;
    const closed = await hook('postdeploy', alerts);
    stack.azure.model.deployment.refusals = 0;
    expect(closed).toMatchObject({ code: 1, err: expect.stringContaining('keys of the app could not be read') });
    const silent = await hook('postdeploy', { SERVICE_SPILLWAY_URI: 'http://localhost:1' });
    expect(silent).toMatchObject({ code: 1, err: expect.stringContaining('does not answer at http://localhost:1') });
  });
});
