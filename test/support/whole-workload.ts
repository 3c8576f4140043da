// A workload file that says everything a container group can have, and the app settings with its secrets.

const ID = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop/providers';

export const WHOLE_SECRETS: Readonly<Record<string, string>> = {
  SHOP_DB_PASSWORD: 'hidden-db',
  SHOP_TLS_KEY: 'hidden-tls',
  SHOP_FILES_KEY: 'hidden-files',
  SHOP_HUB_PASSWORD: 'hidden-hub',
  SHOP_LOG_KEY: 'hidden-log',
  SHOP_MIGRATION: 'hidden-migration',
  SHOP_PROXY: 'hidden-proxy',
};

/** Everything but a place: name of the file is `orders`. */
export const WHOLE = `
cpu: 0.75
memoryInGB: 1.5
limits: { cpu: 1, memoryInGB: 2 }
command: [node, worker.js]
environment: { QUEUE: orders, EMPTY: '' }
secureEnvironment: { DB_PASSWORD: SHOP_DB_PASSWORD }
identity: ${ID}/Microsoft.ManagedIdentity/userAssignedIdentities/shop
identities: [${ID}/Microsoft.ManagedIdentity/userAssignedIdentities/more]
systemIdentity: true
registry: contoso.azurecr.io
registries:
  - { server: hub.example.com, username: shop, passwordSetting: SHOP_HUB_PASSWORD }
  - { server: other.azurecr.io, identity: ${ID}/Microsoft.ManagedIdentity/userAssignedIdentities/pull }
ports: [8080, { port: 5353, protocol: UDP }]
mounts:
  - { volume: tls, path: /etc/tls, readOnly: true }
  - { volume: work, path: /work }
  - { volume: share, path: /share }
  - { volume: site, path: /site }
livenessProbe:
  httpGet: { port: 8080, path: /healthz, scheme: https, headers: { X-Probe: azure } }
  initialDelaySeconds: 5
  periodSeconds: 20
  timeoutSeconds: 3
  successThreshold: 1
  failureThreshold: 4
readinessProbe: { exec: [cat, /tmp/ready] }
securityContext:
  privileged: false
  allowPrivilegeEscalation: false
  addCapabilities: [NET_ADMIN]
  dropCapabilities: [ALL]
  runAsUser: 1000
  runAsGroup: 1000
  seccompProfile: e30=
volumes:
  tls: { secret: { tls.key: SHOP_TLS_KEY }, files: { tls.crt: a certificate } }
  work: { emptyDir: {} }
  share: { azureFile: { share: orders, account: shopfiles, keySetting: SHOP_FILES_KEY, readOnly: false } }
  site: { gitRepo: { repository: https://github.com/contoso/site, directory: ., revision: main } }
containers:
  - name: proxy
    image: contoso.azurecr.io/envoy:1.31
    cpu: 0.25
    memoryInGB: 0.5
    limits: { memoryInGB: 1 }
    command: [envoy]
    environment: { LEVEL: info }
    secureEnvironment: { TOKEN: SHOP_PROXY }
    ports: [8443]
    mounts: [{ volume: tls, path: /tls, readOnly: true }]
    livenessProbe: { httpGet: { port: 8443 } }
  - { name: shipper, image: example.io/shipper:2, cpu: 0.1, memoryInGB: 0.1 }
initContainers:
  - name: schema
    image: contoso.azurecr.io/schema:3
    command: [./migrate]
    environment: { STEP: all }
    secureEnvironment: { PASSWORD: SHOP_MIGRATION }
    mounts: [{ volume: work, path: /work }]
    securityContext: { runAsUser: 0 }
dns: { nameServers: [10.0.0.4, 10.0.0.5], searchDomains: [shop.internal], options: [ndots:2] }
logAnalytics:
  workspaceId: 22222222-2222-2222-2222-222222222222
  keySetting: SHOP_LOG_KEY
  logType: ContainerInsights
  metadata: { team: orders }
  workspaceResourceId: ${ID}/Microsoft.OperationalInsights/workspaces/shop
encryption:
  vaultBaseUrl: https://shop.vault.azure.net
  keyName: groups
  keyVersion: 0123456789abcdef0123456789abcdef
  identity: ${ID}/Microsoft.ManagedIdentity/userAssignedIdentities/shop
tags: { cost-centre: '4711' }
restartPolicy: OnFailure
`;
