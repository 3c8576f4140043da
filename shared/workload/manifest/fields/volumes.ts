// Volumes of a pod (Kubernetes core/v1).

import { left, list, map, must, refused, to, type Fields, type Support } from '../support.ts';

const MODE = 'Azure sets the mode of files';
const NO_VALUES = 'a group is not created without its values';

const items = (becomes: string): Support =>
  list({ key: must(to(becomes, 'text')), path: must(to(becomes, 'text')), mode: left(MODE) });

const configMap = (name: string): Fields => ({
  [name]: must(to('volumes.files, from the ConfigMap in the same file', 'text')),
  items: items('volumes.files'),
  defaultMode: left(MODE),
  optional: refused(NO_VALUES, false),
});

const secret = (name: string): Fields => ({
  [name]: must(to('volumes.secret: app settings named NAME_KEY', 'text')),
  items: items('volumes.secret; required, because the keys of the Secret are not known here'),
  defaultMode: left(MODE),
  optional: refused(NO_VALUES, false),
});

const DISK = 'container groups mount no disks: use a share of Azure Files (azureFile)';
const OTHER = 'container groups mount Azure Files, secrets, empty folders and Git repositories alone';
const NO_API = 'the replica knows no Kubernetes';

export const VOLUME: Fields = {
  name: must(to('volumes', 'text')),
  emptyDir: map({
    medium: refused('container groups have no memory disks', ''),
    sizeLimit: left('a container group has 50 GB in all'),
  }),
  configMap: map(configMap('name')),
  secret: map(secret('secretName')),
  projected: map({
    sources: list({
      configMap: map(configMap('name')),
      secret: map(secret('name')),
      serviceAccountToken: refused(NO_API),
      downwardAPI: refused(NO_API),
      clusterTrustBundle: refused(NO_API),
      podCertificate: refused(NO_API),
    }),
    defaultMode: left(MODE),
  }),
  azureFile: map({
    shareName: to('volumes.azureFile.share', 'text'),
    secretName: to('volumes.azureFile: app settings NAME_AZURESTORAGEACCOUNTNAME and ...KEY', 'text'),
    readOnly: to('volumes.azureFile.readOnly', 'flag'),
  }),
  csi: map({
    driver: must(to('volumes.azureFile, when it is file.csi.azure.com; others are refused', 'text')),
    readOnly: to('volumes.azureFile.readOnly', 'flag'),
    fsType: left('Azure Files are mounted by SMB'),
    nodePublishSecretRef: refused('name the secret in volumeAttributes.secretName'),
    volumeAttributes: map({
      shareName: to('volumes.azureFile.share', 'text'),
      secretName: to('volumes.azureFile: app settings NAME_AZURESTORAGEACCOUNTNAME and ...KEY', 'text'),
      mountOptions: refused('Container Instances choose the options of the mount'),
      server: refused('Container Instances know the server of a storage account'),
      storageAccount: refused('its name is an app setting: give secretName'),
    }),
  }),
  gitRepo: map({
    repository: must(to('volumes.gitRepo.repository', 'text')),
    directory: to('volumes.gitRepo.directory', 'text'),
    revision: to('volumes.gitRepo.revision', 'text'),
  }),
  downwardAPI: refused(NO_API),
  hostPath: refused('a replica shares no host'),
  persistentVolumeClaim: refused(DISK),
  ephemeral: refused(DISK),
  azureDisk: refused(DISK),
  nfs: refused(OTHER),
  iscsi: refused(OTHER),
  fc: refused(OTHER),
  cephfs: refused(OTHER),
  rbd: refused(OTHER),
  glusterfs: refused(OTHER),
  image: refused(OTHER),
  awsElasticBlockStore: refused(DISK),
  gcePersistentDisk: refused(DISK),
};
