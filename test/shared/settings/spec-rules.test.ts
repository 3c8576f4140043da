import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../shared/workload/problem.ts';
import { WHOLE, WHOLE_SECRETS } from '../../support/whole-workload.ts';
import { file, onlyWorkload, parse } from './settings-of.ts';

const told = (more: string, env = {}): string[] =>
  parse(env, [file('orders', more)]).problems.map(({ path, message }) => `${path.replace(/.*: /, '')} ${message}`);

const SUBNET =
  '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/n/subnets/a';
const SIDE = (more: string): string => `containers: [{ name: side, image: a/b, cpu: 1, memoryInGB: 1, ${more} }]`;

test('a workload that says everything is valid, and its revision is stable', () => {
  const workload = onlyWorkload(parse(WHOLE_SECRETS, [file('orders', WHOLE)]));
  expect(workload.spec.ports).toEqual([
    { port: 8080, protocol: 'TCP' },
    { port: 5353, protocol: 'UDP' },
  ]);
  expect(workload.revision).toBe('938bbf67');
});

test('a secret is no part of a workload, and a new value makes no new revision', () => {
  const before = onlyWorkload(parse(WHOLE_SECRETS, [file('orders', WHOLE)]));
  const others = Object.fromEntries(Object.keys(WHOLE_SECRETS).map((name) => [name, 'other']));
  const after = onlyWorkload(parse(others, [file('orders', WHOLE)]));
  expect(after).toEqual(before);
  expect(JSON.stringify(before)).not.toContain('hidden-');
});

describe('what Azure would refuse is refused before, with its path', () => {
  test.each([
    [
      'the name of the main container',
      'containers: [{ name: main, image: a/b, cpu: 1, memoryInGB: 1 }]',
      'containers.0.name is a name of the main container',
    ],
    [
      'one name twice',
      `${SIDE('')}\ninitContainers: [{ name: side, image: a/b }]`,
      'initContainers.0.name is the name of another container',
    ],
    ['too little CPU for a group', 'cpu: 0.5', 'cpu is too little for a container group'],
    ['too much memory for a group', `memoryInGB: 240\n${SIDE('')}`, 'memoryInGB is too much for a container group'],
    ['a limit below the request', 'limits: { cpu: 0.5 }', 'limits.cpu is below what the container asks for'],
    ['a limit above the group', `limits: { memoryInGB: 4 }\n${SIDE('')}`, 'limits.memoryInGB is above the whole group'],
    [
      'a limit of another container above the group',
      SIDE('limits: { cpu: 3 }'),
      'containers.0.limits.cpu is above the whole group',
    ],
    ['one port twice', `ports: [80]\n${SIDE('ports: [80]')}`, 'containers.0.ports.0 is a port of the group already'],
    [
      'six ports, one of them of the probe',
      `ports: [1, 2, 3, 4, 5]\nprobe: { path: /, port: 6 }`,
      'ports are too many for an address',
    ],
    [
      'a mount without its volume',
      'volumes: { work: { emptyDir: {} } }\nmounts: [{ volume: wrok, path: /a }]',
      'mounts.0.volume is not a volume',
    ],
    [
      'two mounts at one path',
      'volumes: { work: { emptyDir: {} } }\nmounts: [{ volume: work, path: /a }, { volume: work, path: /a }]',
      'mounts.1.path is mounted already',
    ],
    [
      'a mount path with a colon',
      'mounts: [{ volume: work, path: "C:/a" }]',
      'mounts.0.path is not an absolute path without colon',
    ],
    [
      'a volume of two kinds',
      'volumes: { work: { emptyDir: {}, secret: {} } }',
      'volumes.work is not one kind of volume',
    ],
    [
      'a share without an account',
      'volumes: { work: { azureFile: { share: abc, keySetting: REGION_NAME } } }',
      'volumes.work.azureFile needs one storage account',
    ],
    ['a probe of no kind', 'livenessProbe: { periodSeconds: 5 }', 'livenessProbe is not one kind of probe'],
    [
      'a registry without a way to pull',
      'registries: [{ server: a.io, username: b }]',
      'registries.0 does not say one way to pull',
    ],
    ['a public address without ports', 'publicAddress: {}', 'publicAddress has no port to open'],
    [
      'a public address in a subnet',
      `ports: [80]\npublicAddress: {}\nplacement: { offerings: [{ location: westeurope, subnet: ${SUBNET} }] }`,
      'publicAddress cannot be, because placement has a subnet: container groups in a network have no public address',
    ],
    [
      'ports on Spot',
      'ports: [80]\nplacement: { offerings: [{ location: westeurope, priority: Spot }] }',
      'ports cannot be, because placement has Spot, which takes no inbound connections',
    ],
    [
      'replicas that would share containers',
      `drain: none\n${SIDE('')}\nplacement: { replicasPerGroup: 2 }`,
      'placement.replicasPerGroup cannot be, because there are containers, which the replicas of a group would share',
    ],
    [
      'a fallback size that leaves nothing for the main container',
      `${SIDE('')}\nplacement: { sizes: [{ cpu: 1, memoryInGB: 2 }] }`,
      'placement.sizes.0 leaves nothing for the main container',
    ],
    [
      'a variable twice in another container',
      SIDE('environment: { A: b }, secureEnvironment: { A: REGION_NAME }'),
      'containers.0.secureEnvironment.A is in environment, too',
    ],
    [
      'a secret file without its app setting',
      'volumes: { tls: { secret: { a.key: ABSENT } } }',
      'volumes.tls.secret.a.key names an app setting that is absent or empty',
    ],
    ['a tag of ours', 'tags: { spillway-owner: me }', 'tags.spillway-owner is not a name of a tag'],
    [
      '61 containers',
      `containers: [${Array.from({ length: 60 }, (_, i) => `{ name: c${i}, image: a/b, cpu: 0.1, memoryInGB: 0.1 }`).join(', ')}]`,
      'containers has more than 59 elements',
    ],
  ])('%s', (_, more, problem) => {
    expect(told(more)).toEqual([problem]);
  });

  test('a Key Vault reference that was not resolved', () => {
    const env = { KEY: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/a)' };
    expect(told('secureEnvironment: { A: KEY }', env)).toEqual([
      'secureEnvironment.A names an app setting whose Key Vault reference was not resolved',
    ]);
  });

  test('all at once, with what is allowed there and the nearest name', () => {
    const more = `
livenessProbe: { httpGett: { port: 80 }, exec: [a] }
containers: [{ name: side, image: a/b, cpu: 1, ports: [0, { port: 80, protocol: tcp }] }]
volumes: { work: { emptydir: {} } }
dns: { nameServers: [a b] }`;
    expect(formatProblems(parse({}, [file('orders', more)]).problems).split('\n')).toMatchInlineSnapshot(`
      [
        "The configuration has 6 problems:",
        "- workloads/orders.yaml: volumes.work.emptydir is not a member of it. Allowed: azureFile, emptyDir, secret, files, gitRepo. Did you mean emptyDir?",
        "- workloads/orders.yaml: livenessProbe.httpGett is not a member of it. Allowed: exec, httpGet, initialDelaySeconds, periodSeconds, timeoutSeconds, successThreshold, failureThreshold. Did you mean httpGet?",
        "- workloads/orders.yaml: containers.0.memoryInGB is missing. Allowed: a number from 0.1 to 240.",
        "- workloads/orders.yaml: containers.0.ports.0.port is below 1 (found: 0). Allowed: a whole number from 1 to 65535.",
        "- workloads/orders.yaml: containers.0.ports.1.protocol is not one of the allowed values (found: tcp). Allowed: TCP, UDP. Did you mean TCP?",
        "- workloads/orders.yaml: dns.nameServers.0 does not have the form of one (found: a b). Allowed: an IP address.",
      ]
    `);
  });
});

describe('an image', () => {
  const problemsWith = (image: string) =>
    parse({}, [{ file: 'workloads/orders.yaml', text: `image: "${image}"` }]).problems;
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

  test.each([
    'redis',
    'library/redis',
    'localhost:5000/a_b/c__d/e--f.g',
    'contoso.azurecr.io/worker:1.0-rc_2',
    `contoso.azurecr.io/worker@${digest}`,
    `contoso.azurecr.io:443/team/worker:1@${digest}`,
  ])('is what a registry takes for one: %s', (image) => {
    expect(problemsWith(image)).toEqual([]);
  });

  test.each([
    'https://contoso.azurecr.io/worker:1',
    'contoso.azurecr.io/my worker:1',
    'contoso.azurecr.io//worker:1',
    'contoso.azurecr.io/worker:1:2',
    'contoso.azurecr.io/worker:',
    'contoso.azurecr.io/worker:-1',
    'contoso.azurecr.io/worker@sha256:12',
    'contoso.azurecr.io/worker:1/part',
    `worker:${'1'.repeat(129)}`,
  ])('is not %s', (image) => {
    expect(problemsWith(image)).toMatchObject([
      { path: 'workloads/orders.yaml: image', message: 'does not have the form of one' },
    ]);
  });
});
