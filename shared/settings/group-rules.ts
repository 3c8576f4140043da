// Rules between the fields of a container group beside its containers: volumes, registries, address.

import type { Volume } from '../workload/group-kinds.ts';
import { shown, type Problem } from '../workload/problem.ts';
import { reading, running, within, type Rule } from './spec-parts.ts';

const oneKind = ({ azureFile, emptyDir, gitRepo, secret, files }: Volume): boolean =>
  [azureFile, emptyDir, gitRepo, secret ?? files].filter((each) => each !== undefined).length === 1;

const volumesAreWhole = within((fields) =>
  Object.entries(fields.volumes ?? {}).flatMap(([name, volume]) => volumeProblems(`volumes.${name}`, volume)),
);

function volumeProblems(path: string, volume: Volume): Problem[] {
  const { azureFile, files = {}, secret = {} } = volume;
  if (!oneKind(volume)) {
    const allowed = 'one of azureFile, emptyDir, gitRepo, secret and files (the last two may stand together)';
    return [{ path, value: shown(Object.keys(volume).join(', ')), message: 'is not one kind of volume', allowed }];
  }
  if (azureFile && (azureFile.account === undefined) === (azureFile.accountSetting === undefined)) {
    const message = 'needs one storage account';
    return [{ path: `${path}.azureFile`, value: undefined, message, allowed: 'account or accountSetting' }];
  }
  const allowed = 'each file in one of the two';
  return Object.keys(secret)
    .filter((file) => Object.hasOwn(files, file))
    .map((file) => ({ path: `${path}.secret.${file}`, value: undefined, message: 'is in files, too', allowed }));
}

const registriesAreWhole = within(({ registry, registries = [] }) => {
  const servers = [registry, ...registries.map(({ server }) => server)];
  return registries.flatMap(({ server, identity, username, passwordSetting }, index): Problem[] => {
    const path = `registries.${index}`;
    if (servers.indexOf(server) <= index) {
      return [{ path: `${path}.server`, value: server, message: 'is there twice', allowed: 'each registry once' }];
    }
    const byName = [username, passwordSetting].filter((each) => each !== undefined).length;
    if (identity === undefined ? byName === 2 : byName === 0) return [];
    const allowed = 'identity, or username and passwordSetting';
    return [{ path, value: server, message: 'does not say one way to pull', allowed }];
  });
});

const addressesAreOpen = within((fields) => {
  const { publicAddress, placement } = fields;
  const ports = running(fields).some(({ container }) => (container.ports ?? []).length > 0);
  const offerings = placement?.offerings ?? [];
  const found: Problem[] = [];
  if (publicAddress && !ports) {
    const message = 'has no port to open';
    found.push({ path: 'publicAddress', value: undefined, message, allowed: 'ports together with publicAddress' });
  }
  if (publicAddress && offerings.some(({ subnet }) => subnet !== undefined)) {
    const message = 'cannot be, because placement has a subnet: container groups in a network have no public address';
    found.push({ path: 'publicAddress', value: undefined, message, allowed: 'one of publicAddress and subnets' });
  }
  if (ports && offerings.some(({ priority }) => priority === 'Spot')) {
    const message = 'cannot be, because placement has Spot, which takes no inbound connections';
    found.push({ path: 'ports', value: undefined, message, allowed: 'one of ports and Spot' });
  }
  return found;
});

export const GROUP_RULES: readonly Rule[] = [
  volumesAreWhole,
  registriesAreWhole,
  reading(['ports', 'containers'], addressesAreOpen),
];
