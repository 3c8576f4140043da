// What a container group may have beside its containers. Limits and names are those of Container Instances, API version
// 2023-05-01. Zone, subnet, SKU, confidential policy and priority belong to places: `placement`.

import { choice, guid, resourceId, text, type Kind } from './kinds.ts';
import { appSetting, containerName, MOST_VOLUMES } from './container-kinds.ts';
import { anyText, listOf, mapOf, section, yesNo } from './sections.ts';

/** One kind of volume; `secret` and `files` may stand together. Secrets are names of app settings. */
export interface Volume {
  azureFile?: AzureFile | undefined;
  emptyDir?: Record<string, never> | undefined;
  /** Name of the file -> name of the app setting that holds its text. */
  secret?: Record<string, string> | undefined;
  /** Name of the file -> its text. */
  files?: Record<string, string> | undefined;
  gitRepo?: { repository: string; directory?: string | undefined; revision?: string | undefined } | undefined;
}

export interface AzureFile {
  share: string;
  /** One of the two. */
  account?: string | undefined;
  accountSetting?: string | undefined;
  keySetting: string;
  readOnly?: boolean | undefined;
}

/** A registry to pull from: with an identity, or with a user name and a password. */
export interface Registry {
  server: string;
  identity?: string | undefined;
  username?: string | undefined;
  passwordSetting?: string | undefined;
}

export interface PublicAddress {
  /** Begin of the DNS label; a mark for each replica is added. */
  dnsLabel?: string | undefined;
  dnsLabelScope?: 'Unsecure' | 'TenantReuse' | 'SubscriptionReuse' | 'ResourceGroupReuse' | 'Noreuse' | undefined;
}

export interface Dns {
  nameServers: string[];
  searchDomains?: string[] | undefined;
  options?: string[] | undefined;
}

export interface LogAnalytics {
  workspaceId: string;
  keySetting: string;
  logType?: 'ContainerInsights' | 'ContainerInstanceLogs' | undefined;
  metadata?: Record<string, string> | undefined;
  workspaceResourceId?: string | undefined;
}

export interface Encryption {
  vaultBaseUrl: string;
  keyName: string;
  keyVersion: string;
  identity?: string | undefined;
}

/** All of it; absent means Azure's default. */
export interface GroupExtras {
  volumes?: Record<string, Volume> | undefined;
  /** More identities that the containers may use. */
  identities?: string[] | undefined;
  /** Each group gets an identity of its own, too. */
  systemIdentity?: boolean | undefined;
  registries?: Registry[] | undefined;
  publicAddress?: PublicAddress | undefined;
  dns?: Dns | undefined;
  logAnalytics?: LogAnalytics | undefined;
  encryption?: Encryption | undefined;
  tags?: Record<string, string> | undefined;
}

export const identityKind: Kind<string> = resourceId('Microsoft.ManagedIdentity/userAssignedIdentities');

export const identitiesKind: Kind<string[]> = listOf(identityKind, 'identities', 20);

export const registryServer: Kind<string> = text(
  'a host name such as contoso.azurecr.io',
  /^[a-z0-9][a-z0-9.-]*[a-z0-9](:\d+)?$/i,
);

const fileName = text('a name of a file', /^[\w.-]{1,255}$/, 'is not a name of a file');

const volume: Kind<Volume> = section<Volume>({
  azureFile: {
    kind: section<AzureFile>({
      share: { kind: text('a name of a share', /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/), required: true, help: 'Share.' },
      account: { kind: text('a name of a storage account', /^[a-z0-9]{3,24}$/), help: 'Storage account.' },
      accountSetting: { kind: appSetting, secret: true, help: 'App setting that names the account.' },
      keySetting: { kind: appSetting, required: true, secret: true, help: 'App setting with its key.' },
      readOnly: { kind: yesNo, help: 'Writable unless true.' },
    }),
    help: 'A share of Azure Files.',
  },
  emptyDir: { kind: section<Record<string, never>>({}), help: 'A folder that lives as long as the group.' },
  secret: {
    kind: mapOf(fileName, appSetting, 'names of app settings that hold their text', 100),
    secret: true,
    help: 'Files with secrets, in memory.',
  },
  files: {
    kind: mapOf(fileName, anyText('text', 8000), 'their text', 100),
    secret: true,
    help: 'Files with text that anyone may read.',
  },
  gitRepo: {
    kind: section<NonNullable<Volume['gitRepo']>>({
      repository: { kind: text('an https address', /^https:\/\/[^@\s]+$/), required: true, help: 'Address.' },
      directory: { kind: text('a folder below the mount', /^(?!.*\.\.)[^:]+$/), help: 'Folder; `.` is the mount.' },
      revision: { kind: text('a revision', /^[\w./-]+$/), help: 'Commit, tag or branch.' },
    }),
    help: 'A public Git repository, cloned at the start.',
  },
});

export const volumesKind: Kind<Record<string, Volume>> = mapOf(containerName, volume, 'volumes', MOST_VOLUMES);

export const registriesKind: Kind<Registry[]> = listOf(
  section<Registry>({
    server: { kind: registryServer, required: true, help: 'Host name.' },
    identity: { kind: identityKind, help: 'Identity that pulls.' },
    username: { kind: anyText('a user name', 200), help: 'Where there is no identity.' },
    passwordSetting: { kind: appSetting, secret: true, help: 'App setting with the password.' },
  }),
  'registries',
  20,
);

export const publicAddressKind: Kind<PublicAddress> = section<PublicAddress>({
  dnsLabel: {
    // Azure takes 63; the mark of a replica needs up to 15.
    kind: text('5 to 45 lower-case letters, digits and inner hyphens', /^[a-z][a-z0-9-]{3,43}[a-z0-9]$/),
    help: 'Begin of the DNS name of each replica.',
  },
  dnsLabelScope: {
    kind: choice('Unsecure', 'TenantReuse', 'SubscriptionReuse', 'ResourceGroupReuse', 'Noreuse'),
    help: 'Who may take the name again.',
  },
});

const dnsName = text('a DNS name', /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?$/i);

// 3 servers and 6 domains are what a Linux resolver reads.
export const dnsKind: Kind<Dns> = section<Dns>({
  nameServers: {
    kind: listOf(text('an IP address', /^[0-9a-f.:]+$/i), 'addresses', 3),
    required: true,
    help: 'Servers that the containers ask.',
  },
  searchDomains: { kind: listOf(dnsName, 'DNS names', 6), help: 'Domains to search.' },
  options: { kind: listOf(text('an option such as ndots:2', /^[\w-]+(:\d+)?$/), 'options', 10), help: 'Options.' },
});

export const logAnalyticsKind: Kind<LogAnalytics> = section<LogAnalytics>({
  workspaceId: { kind: guid('a workspace'), required: true, help: 'Id of the workspace (not of the resource).' },
  keySetting: { kind: appSetting, required: true, secret: true, help: 'App setting with its key.' },
  logType: { kind: choice('ContainerInsights', 'ContainerInstanceLogs'), help: 'Kind of log.' },
  metadata: {
    kind: mapOf(text('a name', /^[\w.-]+$/), anyText('text', 256), 'text', 20),
    help: 'Added to each entry.',
  },
  workspaceResourceId: { kind: resourceId('Microsoft.OperationalInsights/workspaces'), help: 'Resource id.' },
});

export const encryptionKind: Kind<Encryption> = section<Encryption>({
  vaultBaseUrl: { kind: text('an https address', /^https:\/\/[^\s/]+\/?$/), required: true, help: 'Key vault.' },
  keyName: { kind: text('a name of a key', /^[\w-]{1,127}$/), required: true, help: 'Key.' },
  keyVersion: { kind: text('a version of a key', /^[0-9a-f]{32}$/i), required: true, help: 'Its version.' },
  identity: { kind: identityKind, help: 'Identity that reads the key.' },
});

// Azure keeps these prefixes, and Spillway the other; it writes up to seven tags of the fifty that a resource may have.
export const tagsKind: Kind<Record<string, string>> = mapOf(
  text(
    'up to 512 characters without <>%&\\?/, not beginning with spillway-, microsoft, azure or windows',
    /^(?!spillway-|microsoft|azure|windows)[^<>%&\\?/]{1,512}$/i,
    'is not a name of a tag',
  ),
  anyText('text', 256),
  'text',
  40,
);
