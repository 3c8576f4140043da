// Private DNS zones of one world: their A record sets, guarded by ETags, at most sixty changes of a zone in a minute.
// Not modelled: the zones themselves, links, other types of records, lists, and reads that are throttled.

import { type Clock } from '../clock.ts';
import { type ArmAnswer, ArmError, type ResourceId, idText, key, tooMany } from './arm.ts';

export const zoneType = 'Microsoft.Network/privateDnsZones';

const CHANGES_PER_MINUTE = 60;
const MOST_RECORDS = 20;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

interface RecordSet {
  ttl: number;
  addresses: string[];
  metadata?: Record<string, string> | undefined;
  etag: string;
}

interface Properties {
  ttl?: number;
  aRecords?: { ipv4Address?: string }[];
  metadata?: Record<string, string>;
}

interface Guard {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

export class PrivateZones {
  /** Accepted changes of record sets so far. */
  changes = 0;
  #clock: Clock;
  #zones: Map<string, { records: Map<string, RecordSet>; changedAt: number[] }>;
  #version = 0;

  constructor(clock: Clock, zones: readonly ResourceId[]) {
    this.#clock = clock;
    this.#zones = new Map(zones.map((id) => [key(id), { records: new Map(), changedAt: [] }]));
  }

  get(zone: ResourceId, name: string): ArmAnswer {
    const found = this.#zone(zone).records.get(name.toLowerCase());
    if (!found) {
      const text = `The resource record '${name}' does not exist in resource group '${zone.resourceGroup}' of subscription '${zone.subscription}'.`;
      throw new ArmError(404, 'NotFound', text);
    }
    return { status: 200, headers: { etag: found.etag }, body: this.#json(zone, name, found) };
  }

  put(id: ResourceId, name: string, body: unknown, { ifMatch, ifNoneMatch }: Guard): ArmAnswer {
    const zone = this.#zone(id);
    const now = this.#clock.now();
    zone.changedAt = zone.changedAt.filter((at) => now - at < 60_000);
    if (zone.changedAt.length >= CHANGES_PER_MINUTE)
      throw tooMany(
        'The number of changes to the zone exceeded its limit.',
        60 - (now - (zone.changedAt[0] ?? now)) / 1000,
      );
    const existing = zone.records.get(name.toLowerCase());
    if ((ifNoneMatch === '*' && existing) || (ifMatch !== undefined && ifMatch !== existing?.etag))
      throw new ArmError(
        412,
        'PreconditionFailed',
        `The condition '${ifMatch ?? ifNoneMatch}' is not satisfied. Current: ${existing?.etag}.`,
      );
    const next = { ...parsed(body), etag: `etag-${++this.#version}` };
    zone.records.set(name.toLowerCase(), next);
    zone.changedAt.push(now);
    this.changes++;
    return { status: existing ? 200 : 201, headers: { etag: next.etag }, body: this.#json(id, name, next) };
  }

  /** What a resolver would answer, by the record set's resource id; undefined when there is no such record set. */
  resolve(recordSet: string): readonly string[] | undefined {
    const parts = recordSet.toLowerCase().split('/');
    return this.#zones.get(parts.slice(0, -2).join('/'))?.records.get(parts.at(-1) ?? '')?.addresses;
  }

  #zone(id: ResourceId) {
    const zone = this.#zones.get(key(id));
    if (zone) return zone;
    const text = `Can not perform requested operation on nested resource. Parent resource '${id.name}' not found.`;
    throw new ArmError(404, 'ParentResourceNotFound', text);
  }

  #json(zone: ResourceId, name: string, { ttl, addresses, metadata, etag }: RecordSet): object {
    const aRecords = addresses.map((ipv4Address) => ({ ipv4Address }));
    const fqdn = `${name}.${zone.name}.`;
    return {
      id: `${idText(zone)}/A/${name}`,
      name,
      type: `${zoneType}/A`,
      etag,
      properties: { fqdn, ttl, aRecords, metadata, isAutoRegistered: false },
    };
  }
}

function parsed(body: unknown): Omit<RecordSet, 'etag'> {
  const { properties } = (body ?? {}) as { properties?: Properties };
  const addresses = (properties?.aRecords ?? []).map(({ ipv4Address = '' }) => ipv4Address);
  const ttl = properties?.ttl;
  if (!Number.isInteger(ttl) || (ttl ?? 0) < 1)
    throw new ArmError(400, 'BadRequest', 'The record set needs a TTL of at least 1.');
  if (
    addresses.length > MOST_RECORDS ||
    new Set(addresses).size < addresses.length ||
    !addresses.every((each) => ADDRESS.test(each))
  )
    throw new ArmError(400, 'BadRequest', `A record set takes at most ${MOST_RECORDS} different IPv4 addresses.`);
  return { ttl: ttl ?? 0, addresses, metadata: properties?.metadata };
}
