// The shapes of a manifest that the translation reads: what the walk by the tables has let through.

export interface Variable {
  name: string;
  value?: string;
  valueFrom?: {
    configMapKeyRef?: { name: string; key: string };
    secretKeyRef?: { name: string; key: string };
  };
}

export interface Quantities {
  cpu?: string | number;
  memory?: string | number;
}

export interface Probe {
  exec?: { command: string[] };
  httpGet?: {
    path?: string;
    port: string | number;
    scheme?: string;
    httpHeaders?: { name: string; value?: string }[];
  };
  tcpSocket?: object;
  grpc?: object;
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
}

export interface Rights {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  capabilities?: { add?: string[]; drop?: string[] };
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
}

export interface Container {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: Variable[];
  envFrom?: { prefix?: string; configMapRef?: { name: string } }[];
  ports?: { containerPort: number; protocol?: string; name?: string }[];
  resources?: { requests?: Quantities; limits?: Quantities };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  securityContext?: Rights;
}

export interface Item {
  key: string;
  path: string;
}

export interface Source {
  configMap?: { name: string; items?: Item[] };
  secret?: { name: string; items?: Item[] };
}

export interface Volume {
  name: string;
  emptyDir?: object;
  configMap?: { name: string; items?: Item[] };
  secret?: { secretName: string; items?: Item[] };
  projected?: { sources?: Source[] };
  azureFile?: { shareName: string; secretName: string; readOnly?: boolean };
  csi?: { driver: string; readOnly?: boolean; volumeAttributes?: { shareName?: string; secretName?: string } };
  gitRepo?: { repository: string; directory?: string; revision?: string };
}

export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  restartPolicy?: string;
  dnsPolicy?: string;
  dnsConfig?: {
    nameservers?: string[];
    searches?: string[];
    options?: { name: string; value?: string | number }[];
  };
  securityContext?: Pick<Rights, 'runAsUser' | 'runAsGroup' | 'runAsNonRoot'>;
}

export interface Manifest {
  kind: string;
  metadata?: { name?: string };
  spec?: PodSpec & { template?: { spec?: PodSpec } };
}
