// Containers, their probes and their volumes as Azure's API wants them. What is not declared is left out, so that Azure's
// own defaults hold.

import type {
  AzureProbe,
  ContainerExtras,
  InitContainer,
  Mount,
  SecurityContext,
} from '../workload/container-kinds.ts';
import type { Volume } from '../workload/group-kinds.ts';

export type Json = Record<string, unknown>;

/** The value of a secret by the name of its app setting. Throws when there is none. */
export type SecretOf = (setting: string) => string;

type Any = Omit<InitContainer, 'name'> & ContainerExtras & { cpu?: number; memoryInGB?: number };

/** The object without its undefined members. */
export const whole = (json: Json): Json =>
  Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));

/** A container, and an init container when it asks for no size. */
export function containerBody(name: string, container: Any, secretOf: SecretOf): Json {
  const {
    image,
    command,
    ports,
    cpu,
    memoryInGB,
    limits,
    mounts,
    environment = {},
    secureEnvironment = {},
  } = container;
  const variables = [
    ...Object.entries(environment).map(([key, value]) => ({ name: key, value })),
    ...Object.entries(secureEnvironment).map(([key, setting]) => ({ name: key, secureValue: secretOf(setting) })),
  ];
  return {
    name,
    properties: whole({
      image,
      command,
      ports,
      environmentVariables: variables,
      ...(cpu !== undefined && {
        resources: whole({ requests: { cpu, memoryInGB }, limits: limits && whole(limits) }),
      }),
      volumeMounts: mounts?.map(mountBody),
      livenessProbe: container.livenessProbe && probeBody(container.livenessProbe),
      readinessProbe: container.readinessProbe && probeBody(container.readinessProbe),
      securityContext: container.securityContext && rightsBody(container.securityContext),
    }),
  };
}

const mountBody = ({ volume, path, readOnly }: Mount): Json => whole({ name: volume, mountPath: path, readOnly });

function probeBody({ exec, httpGet, ...times }: AzureProbe): Json {
  const headers = Object.entries(httpGet?.headers ?? {}).map(([name, value]) => ({ name, value }));
  return whole({
    exec: exec && { command: exec },
    httpGet:
      httpGet &&
      whole({
        path: httpGet.path,
        port: httpGet.port,
        scheme: httpGet.scheme,
        httpHeaders: headers.length > 0 ? headers : undefined,
      }),
    ...times,
  });
}

function rightsBody({ addCapabilities, dropCapabilities, ...rights }: SecurityContext): Json {
  const changed = addCapabilities ?? dropCapabilities;
  return whole({
    ...rights,
    capabilities: changed && whole({ add: addCapabilities, drop: dropCapabilities }),
  });
}

/** A volume. Files go as a secret volume in base64: Azure has no other with content, and gives none of it back. */
export function volumeBody(name: string, volume: Volume, secretOf: SecretOf): Json {
  const { azureFile, emptyDir, gitRepo, files, secret } = volume;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const content = [
    ...Object.entries(files ?? {}).map(([file, text]) => [file, base64(text)]),
    ...Object.entries(secret ?? {}).map(([file, setting]) => [file, base64(secretOf(setting))]),
  ];
  return whole({
    name,
    emptyDir,
    gitRepo: gitRepo && whole({ ...gitRepo }),
    secret: files || secret ? Object.fromEntries(content) : undefined,
    azureFile:
      azureFile &&
      whole({
        shareName: azureFile.share,
        storageAccountName: azureFile.account ?? secretOf(azureFile.accountSetting ?? ''),
        storageAccountKey: secretOf(azureFile.keySetting),
        readOnly: azureFile.readOnly,
      }),
  });
}
