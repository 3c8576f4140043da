import type { WorkloadSpec } from './workload.ts';

/** A place in a workload that holds a secret by the name of its app setting. */
export interface SecretUse {
  /** Path of the field. */
  path: string;
  setting: string;
}

/** App Service hands on the text of a Key Vault reference that it could not resolve as if it were the value. */
export const isUnresolved = (value: string): boolean => value.startsWith('@Microsoft.KeyVault(');

/** What such a reference has to be. */
export const RESOLVABLE = 'a reference to a secret that exists and that the identity of the function app may read';

type Source = Partial<
  Pick<WorkloadSpec, 'secureEnvironment' | 'containers' | 'initContainers' | 'volumes' | 'registries' | 'logAnalytics'>
>;

/** Every app setting that a workload takes a secret from, in the order of its fields; one setting may be there often. */
export function secretUses(spec: Source): SecretUse[] {
  const { secureEnvironment, containers = [], initContainers = [], volumes = {}, registries = [], logAnalytics } = spec;
  return [
    ...ofMap('secureEnvironment', secureEnvironment),
    ...containers.flatMap((each, index) => ofMap(`containers.${index}.secureEnvironment`, each.secureEnvironment)),
    ...initContainers.flatMap((each, index) =>
      ofMap(`initContainers.${index}.secureEnvironment`, each.secureEnvironment),
    ),
    ...Object.entries(volumes).flatMap(([name, { secret, azureFile: { accountSetting, keySetting } = {} }]) =>
      ofMap(`volumes.${name}.secret`, secret).concat(
        ofOne(`volumes.${name}.azureFile.accountSetting`, accountSetting),
        ofOne(`volumes.${name}.azureFile.keySetting`, keySetting),
      ),
    ),
    ...registries.flatMap((each, index) => ofOne(`registries.${index}.passwordSetting`, each.passwordSetting)),
    ...ofOne('logAnalytics.keySetting', logAnalytics?.keySetting),
  ];
}

const ofMap = (path: string, map: Record<string, string> = {}): SecretUse[] =>
  Object.entries(map).map(([name, setting]) => ({ path: `${path}.${name}`, setting }));

const ofOne = (path: string, setting: string | undefined): SecretUse[] =>
  setting === undefined ? [] : [{ path, setting }];
