// Fields of a pod, and of what makes pods: Deployment and Job.

import { left, list, map, must, refused, to, type Fields, type Support } from '../support.ts';
import { CONTAINER, INIT_CONTAINER } from './containers.ts';
import { VOLUME } from './volumes.ts';

const PLACES = 'where replicas go is declared by `placement`';
const CLUSTER = 'there is no cluster';
const OWN = 'a replica has a virtual machine of its own';
const IDENTITY = 'there is no Kubernetes to be known to: give rights in Azure to `identity` and take this out';

const podSecurity: Support = map({
  runAsUser: to('securityContext.runAsUser of each container', 'number'),
  runAsGroup: to('securityContext.runAsGroup of each container', 'number'),
  runAsNonRoot: to('nothing, where runAsUser is another than 0; else it is refused', 'flag'),
  fsGroup: refused('Container Instances do not change the owner of volumes'),
  fsGroupChangePolicy: left('it goes with fsGroup'),
  supplementalGroups: refused('Container Instances have no further groups'),
  supplementalGroupsPolicy: refused('Container Instances have no further groups'),
  sysctls: refused('Container Instances set no kernel parameters'),
  seccompProfile: refused('declare securityContext.seccompProfile for a container', { type: 'RuntimeDefault' }),
  appArmorProfile: refused('Container Instances have no AppArmor profiles', { type: 'RuntimeDefault' }),
  seLinuxOptions: refused('Container Instances have no SELinux'),
  seLinuxChangePolicy: refused('Container Instances have no SELinux'),
  windowsOptions: refused('replicas run on Linux'),
});

export const POD: Fields = {
  containers: must(list(CONTAINER)),
  initContainers: list(INIT_CONTAINER),
  volumes: list(VOLUME),
  restartPolicy: to('restartPolicy', 'text'),
  dnsPolicy: to('dns with `None`; else Azure’s own servers answer, and names of the cluster are not known', 'text'),
  dnsConfig: map({
    nameservers: to('dns.nameServers', 'texts'),
    searches: to('dns.searchDomains', 'texts'),
    options: list({ name: to('dns.options', 'text'), value: to('dns.options', 'scalar') }),
  }),
  securityContext: podSecurity,
  imagePullSecrets: left('registries are pulled from by `registry` with `identity`, or `registries`: declare them'),
  terminationGracePeriodSeconds: left('Container Instances give none; a replica is drained first, by `drain`'),
  activeDeadlineSeconds: refused('Container Instances end nothing after a time'),
  serviceAccountName: refused(IDENTITY, 'default', ''),
  serviceAccount: refused(IDENTITY, 'default', ''),
  automountServiceAccountToken: refused(IDENTITY, false),
  enableServiceLinks: left(CLUSTER),
  hostNetwork: refused(OWN, false),
  hostPID: refused(OWN, false),
  hostIPC: refused(OWN, false),
  hostUsers: refused(OWN, true),
  shareProcessNamespace: refused('containers of a group see their own processes alone', false),
  hostname: refused('Azure names the host of a replica'),
  hostnameOverride: refused('Azure names the host of a replica'),
  subdomain: refused('Azure names the host of a replica'),
  setHostnameAsFQDN: refused('Azure names the host of a replica', false),
  hostAliases: refused('Container Instances write /etc/hosts themselves: use a DNS zone and `dns`'),
  nodeName: refused(PLACES),
  nodeSelector: refused(
    PLACES,
    { 'kubernetes.io/os': 'linux' },
    { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
  ),
  affinity: refused(PLACES),
  tolerations: left(`${CLUSTER}, so nothing repels a replica`),
  topologySpreadConstraints: refused(`${PLACES}: \`apart\``),
  schedulerName: refused(PLACES, 'default-scheduler'),
  schedulingGates: refused(PLACES),
  priorityClassName: refused('which workload goes first is SPILLWAY_PRIORITY'),
  priority: refused('which workload goes first is SPILLWAY_PRIORITY', 0),
  preemptionPolicy: left('a replica displaces no other'),
  runtimeClassName: refused('Container Instances have one runtime; confidential ones are a `sku` in `placement`'),
  overhead: refused('a group has no overhead that could be declared'),
  os: refused('replicas run on Linux', { name: 'linux' }),
  readinessGates: refused('Spillway judges by `probe` and `drain`'),
  ephemeralContainers: refused('a group keeps its containers'),
  resourceClaims: refused('container groups have no devices to claim'),
  resources: refused('declare what each container asks for'),
};

const SELECTS = 'Spillway finds its groups by tags of its own';

export const METADATA: Fields = {
  name: to('name, where the file gives none', 'text'),
  generateName: left('groups are named by Spillway'),
  namespace: left(CLUSTER),
  labels: left(`${SELECTS}; \`tags\` declares more`),
  annotations: left(`${CLUSTER} that reads them`),
  finalizers: left(CLUSTER),
  ownerReferences: left(CLUSTER),
  creationTimestamp: left('Kubernetes wrote it'),
  uid: left('Kubernetes wrote it'),
  resourceVersion: left('Kubernetes wrote it'),
  generation: left('Kubernetes wrote it'),
  managedFields: left('Kubernetes wrote it'),
  selfLink: left('Kubernetes wrote it'),
};

const top = (spec: Fields): Fields => ({
  apiVersion: to('nothing: it names the format', 'text'),
  kind: to('nothing: it names the format', 'text'),
  metadata: map(METADATA),
  spec: map(spec),
  status: left('Kubernetes wrote it'),
});

const template: Support = must(
  map({ metadata: map({ ...METADATA, name: left('groups are named by Spillway') }), spec: must(map(POD)) }),
);

const ROLLOUT = 'Spillway rolls out by settings of its own';

/** The kinds that become a workload, by their name: version of the API, and fields. */
export const KINDS: Readonly<Record<string, { apiVersion: string; fields: Fields }>> = {
  Pod: { apiVersion: 'v1', fields: top(POD) },
  Deployment: {
    apiVersion: 'apps/v1',
    fields: top({
      template,
      replicas: left('Spillway decides how many there are'),
      selector: left(SELECTS),
      strategy: left(ROLLOUT),
      minReadySeconds: left(ROLLOUT),
      progressDeadlineSeconds: left(ROLLOUT),
      revisionHistoryLimit: left(ROLLOUT),
      paused: refused('pause a workload through the operations API', false),
    }),
  },
  Job: {
    apiVersion: 'batch/v1',
    fields: top({
      template,
      completions: left('Spillway starts runs as long as there is demand'),
      parallelism: left('Spillway decides how many there are'),
      backoffLimit: left('Spillway holds back a revision that keeps failing'),
      ttlSecondsAfterFinished: left('Spillway removes groups that have ended'),
      selector: left(SELECTS),
      manualSelector: left(SELECTS),
      suspend: refused('pause a workload through the operations API', false),
      completionMode: refused('runs have no index', 'NonIndexed'),
      activeDeadlineSeconds: refused('Container Instances end nothing after a time'),
      podFailurePolicy: refused('Spillway holds back a revision that keeps failing'),
      successPolicy: refused('Spillway starts runs as long as there is demand'),
      backoffLimitPerIndex: refused('runs have no index'),
      maxFailedIndexes: refused('runs have no index'),
      podReplacementPolicy: refused('Spillway replaces a run once it has ended'),
      managedBy: refused('Spillway manages its groups'),
    }),
  },
};

/** What may stand beside it in the file. */
export const CONFIG_MAP: Fields = {
  ...top({}),
  spec: refused('a ConfigMap has none'),
  data: to('environment and volumes.files, where it is referred to', 'map'),
  binaryData: refused('files of a workload are text'),
  immutable: left('a workload file changes with a new revision'),
};
