import type { CreateGroup } from '../ports/container-groups.ts';
import { AzureFailure } from '../ports/errors.ts';

/** The container's name inside its group; its logs are found by it. */
const CONTAINER = 'main';

/**
 * The JSON of a container group as Azure's API wants it: one Linux container, secrets as secure values (which no read
 * ever returns), and the image pulled with the same identity the container runs with. Throws AzureFailure when a
 * secret has no value.
 */
export function groupBody({ location, tags, spec, secrets }: CreateGroup): Record<string, unknown> {
  const { identity, registry } = spec;
  return {
    location,
    tags,
    ...(identity ? { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } } } : {}),
    properties: {
      osType: 'Linux',
      restartPolicy: spec.restartPolicy,
      ...(registry && identity ? { imageRegistryCredentials: [{ server: registry, identity }] } : {}),
      containers: [
        {
          name: CONTAINER,
          properties: {
            image: spec.image,
            ...(spec.command ? { command: spec.command } : {}),
            environmentVariables: [
              ...Object.entries(spec.environment).map(([name, value]) => ({ name, value })),
              ...Object.keys(spec.secureEnvironment).map((name) => ({ name, secureValue: secret(secrets, name) })),
            ],
            resources: { requests: { cpu: spec.cpu, memoryInGB: spec.memoryInGB } },
          },
        },
      ],
    },
  };
}

function secret(secrets: Record<string, string>, name: string): string {
  const value = secrets[name];
  if (value === undefined) {
    const message = `The secure environment variable ${name} has no value: the app setting it names is missing.`;
    throw new AzureFailure(
      'Describing a container group',
      { class: 'permanent', code: 'SecretMissing', message },
      undefined,
    );
  }
  return value;
}
