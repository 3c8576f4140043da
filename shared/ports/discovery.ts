// Where clients look for replicas. Ids are full resource ids. Reads throw AzureFailure; writes are guarded by the ETag of
// the reading that they were decided on, and return what became of them.

import type { WriteOutcome } from './errors.ts';
import type { ScaleSet } from './scale-sets.ts';

/** What stands in a record set or a back-end pool. */
export interface Listing {
  addresses: string[];
  /** Of a record set. */
  ttlSeconds?: number | undefined;
  /** Of a record set: what others keep with it, which a write would drop that lacks it. */
  metadata?: Record<string, string> | undefined;
  etag?: string | undefined;
  /** True while an earlier change is under way: Azure refuses the next one, and the listing is not in force yet. */
  busy?: boolean | undefined;
}

/** A records of private DNS zones. */
export interface RecordSets {
  /** Undefined: there is no such record set yet. A zone that does not exist is a failure. */
  read(id: string): Promise<Listing | undefined>;
  /** Without `etag` only if there is none yet. No address leaves an empty record set. Finished when accepted. */
  publish(id: string, listing: Omit<Listing, 'busy'>): Promise<WriteOutcome>;
}

/** Back-end pools of application gateways. */
export interface BackendPools {
  read(id: string): Promise<Listing>;
  /** Replaces the addresses of one pool and leaves the rest of the gateway. Started, not finished, when accepted. */
  publish(id: string, listing: Pick<Listing, 'addresses' | 'etag'>): Promise<WriteOutcome>;
}

export interface InstanceAddresses {
  /** Private addresses of the instances of a scale set, by the ids of its instances. One without an address is left out. */
  read(scaleSet: string, orchestration: ScaleSet['orchestration']): Promise<Record<string, string>>;
}

/** One replica in service. */
export interface Member {
  /** The container group, or `instance:<id>`. */
  name: string;
  address: string;
  /** Zone or region of a group, `base` for an instance: what a subset is spread over. */
  place: string;
}

/** The full membership, as proxies and clients read it over HTTP. */
export interface RegistryDocument {
  workload: string;
  /** Where replicas listen. */
  port: number;
  /** For so long a client may keep the document. */
  ttlSeconds: number;
  members: Member[];
}

/** What is stored of a workload. */
export interface Registered {
  /** Undefined: it cannot be read any more. It is replaced as any other. */
  document: RegistryDocument | undefined;
  etag: string;
}

export interface Registry {
  read(workload: string): Promise<Registered | undefined>;
  /** Writes only if the stored version is still `etag` (undefined: only if nothing is stored). False: someone was faster. */
  write(workload: string, document: RegistryDocument, etag: string | undefined): Promise<boolean>;
}
