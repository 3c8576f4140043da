// Fields of a container and of an init container (Kubernetes core/v1).

import { left, list, map, must, refused, to, type Fields, type Support } from '../support.ts';

const keyRef = (becomes: string): Support =>
  map({
    name: must(to(becomes, 'text')),
    key: must(to(becomes, 'text')),
    optional: refused('a group is not created without its values', false),
  });

const NO_API = 'the replica knows no Kubernetes; its name is in SPILLWAY_REPLICA';

const env: Support = list({
  name: must(to('environment', 'text')),
  value: to('environment; $(NAME) is replaced', 'text'),
  valueFrom: map({
    configMapKeyRef: keyRef('environment, from the ConfigMap in the same file'),
    secretKeyRef: keyRef('secureEnvironment: an app setting named NAME_KEY'),
    fieldRef: refused(NO_API),
    resourceFieldRef: refused(NO_API),
    fileKeyRef: refused('there are no files before the container starts'),
  }),
});

const envFrom: Support = list({
  prefix: to('environment', 'text'),
  configMapRef: map({
    name: must(to('environment, from the ConfigMap in the same file', 'text')),
    optional: refused('a group is not created without its values', false),
  }),
  secretRef: refused('which keys the Secret has is not known here: list them under env with valueFrom.secretKeyRef'),
});

const NO_PROBE = 'Container Instances probe by exec and httpGet alone';

export const probe = (becomes: string): Support =>
  map({
    exec: map({ command: must(to(`${becomes}.exec`, 'texts')) }),
    httpGet: map({
      path: to(`${becomes}.httpGet.path`, 'text'),
      port: must(to(`${becomes}.httpGet.port`, 'scalar')),
      scheme: to(`${becomes}.httpGet.scheme`, 'text'),
      httpHeaders: list({
        name: must(to(`${becomes}.httpGet.headers; one that was named before is refused`, 'text')),
        value: to(`${becomes}.httpGet.headers`, 'text'),
      }),
      host: refused('Azure asks the container itself'),
    }),
    tcpSocket: refused(NO_PROBE),
    grpc: refused(NO_PROBE),
    initialDelaySeconds: to(`${becomes}.initialDelaySeconds`, 'number'),
    periodSeconds: to(`${becomes}.periodSeconds`, 'number'),
    timeoutSeconds: to(`${becomes}.timeoutSeconds`, 'number'),
    successThreshold: to(`${becomes}.successThreshold`, 'number'),
    failureThreshold: to(`${becomes}.failureThreshold`, 'number'),
    terminationGracePeriodSeconds: refused('Container Instances give no grace period'),
  });

const quantities = (cpu: string, memory: string): Support =>
  map({
    cpu: to(cpu, 'quantity'),
    memory: to(memory, 'quantity'),
    'ephemeral-storage': left('a container group has 50 GB of its own'),
    'nvidia.com/gpu': refused('Azure retired GPUs of container groups on 14 July 2025'),
    'hugepages-2Mi': refused('container groups have no huge pages'),
    'hugepages-1Gi': refused('container groups have no huge pages'),
  });

const resources: Support = map({
  requests: quantities('cpu, rounded up to 0.01', 'memoryInGB, rounded up to 0.1 (of 10^9 bytes)'),
  limits: quantities('limits.cpu', 'memoryInGB: a group has no memory to lend beyond what is asked for'),
  claims: refused('container groups have no devices to claim'),
});

const securityContext: Support = map({
  privileged: to('securityContext.privileged', 'flag'),
  allowPrivilegeEscalation: to('securityContext.allowPrivilegeEscalation', 'flag'),
  capabilities: map({
    add: to('securityContext.addCapabilities', 'texts'),
    drop: to('securityContext.dropCapabilities', 'texts'),
  }),
  runAsUser: to('securityContext.runAsUser', 'number'),
  runAsGroup: to('securityContext.runAsGroup', 'number'),
  runAsNonRoot: to('nothing, where runAsUser is another than 0; else it is refused', 'flag'),
  readOnlyRootFilesystem: refused('Container Instances cannot make the root file system read-only', false),
  procMount: refused('Container Instances mount /proc themselves', 'Default'),
  seccompProfile: refused('Container Instances take a whole profile: declare securityContext.seccompProfile', {
    type: 'RuntimeDefault',
  }),
  appArmorProfile: refused('Container Instances have no AppArmor profiles', { type: 'RuntimeDefault' }),
  seLinuxOptions: refused('Container Instances have no SELinux'),
  windowsOptions: refused('replicas run on Linux'),
});

const volumeMounts: Support = list({
  name: must(to('mounts.volume', 'text')),
  mountPath: must(to('mounts.path', 'text')),
  readOnly: to('mounts.readOnly', 'flag'),
  subPath: refused('Container Instances mount whole volumes: mount a folder instead of a file in it'),
  subPathExpr: refused('Container Instances mount whole volumes'),
  mountPropagation: refused('mounts of a group do not propagate', 'None'),
  recursiveReadOnly: refused('Container Instances do not know it', 'Disabled'),
});

const NO_HOOK = 'Container Instances call no hooks; Spillway drains a replica by `drain`';

const common = {
  image: must(to('image', 'text')),
  command: to('command', 'texts'),
  args: to('command, after that of the manifest; refused without one', 'texts'),
  env,
  envFrom,
  volumeMounts,
  securityContext,
  workingDir: refused('Container Instances start in the folder of the image'),
  imagePullPolicy: left('each new group pulls its image'),
  terminationMessagePath: left('Azure keeps the exit code'),
  terminationMessagePolicy: left('Azure keeps the exit code'),
  volumeDevices: refused('container groups have no block devices'),
  lifecycle: refused(NO_HOOK),
  stdin: refused('nobody is attached', false),
  stdinOnce: refused('nobody is attached', false),
  tty: refused('nobody is attached', false),
  resizePolicy: refused('a group keeps its size'),
  restartPolicyRules: refused('a group has one restart policy'),
} as const;

export const CONTAINER: Fields = {
  name: must(to('containers.name; the first container is `main`', 'text')),
  ...common,
  ports: list({
    containerPort: must(to('ports.port', 'number')),
    protocol: to('ports.protocol; SCTP is refused', 'text'),
    name: to('the port of probes that name it', 'text'),
    hostPort: refused('a replica has an address of its own'),
    hostIP: refused('a replica has an address of its own'),
  }),
  resources,
  livenessProbe: probe('livenessProbe'),
  readinessProbe: probe('readinessProbe'),
  startupProbe: refused('Container Instances have none: give livenessProbe an initialDelaySeconds'),
  restartPolicy: refused('a group has one restart policy'),
};

export const INIT_CONTAINER: Fields = {
  name: must(to('initContainers.name', 'text')),
  ...common,
  resources: left('init containers use what the others ask for'),
  restartPolicy: refused('a sidecar belongs under containers: Container Instances start those together'),
  ports: refused('init containers listen on nothing'),
  livenessProbe: refused('init containers are not probed'),
  readinessProbe: refused('init containers are not probed'),
  startupProbe: refused('init containers are not probed'),
};
