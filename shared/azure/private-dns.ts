// A records of private DNS zones through @azure/arm-privatedns.

import type { PrivateDnsManagementClient } from '@azure/arm-privatedns';
import type { Listing, RecordSets } from '../ports/discovery.ts';
import type { WriteOutcome } from '../ports/errors.ts';
import { reading, writing } from './attempt.ts';
import { isMissing } from './group-answers.ts';
import { resourceParts, type ResourceParts } from './resource-id.ts';

/** The client for a subscription, made with the options of `armCalls`. */
type ClientOf = (subscriptionId: string) => PrivateDnsManagementClient;

/** A zone that is not there answers with `ParentResourceNotFound`, which is a failure like any other. */
export class AzureRecordSets implements RecordSets {
  readonly #clientOf: ClientOf;

  constructor(clientOf: ClientOf) {
    this.#clientOf = clientOf;
  }

  read(id: string): Promise<Listing | undefined> {
    return reading(`Reading record set ${id}`, async () => {
      const { subscriptionId, resourceGroup, name, child } = partsOf(id);
      try {
        const { recordSets } = this.#clientOf(subscriptionId);
        const { aRecords = [], ttl, metadata, etag } = await recordSets.get(resourceGroup, name, 'A', child);
        const addresses = aRecords.flatMap(({ ipv4Address }) => ipv4Address ?? []);
        return { addresses, ttlSeconds: ttl, metadata, etag };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  publish(
    id: string,
    { addresses, ttlSeconds, metadata, etag }: Parameters<RecordSets['publish']>[1],
  ): Promise<WriteOutcome> {
    return writing(async () => {
      const { subscriptionId, resourceGroup, name, child } = partsOf(id);
      const aRecords = addresses.map((ipv4Address) => ({ ipv4Address }));
      const guard = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
      const body = { aRecords, ...(ttlSeconds !== undefined && { ttl: ttlSeconds }), ...(metadata && { metadata }) };
      await this.#clientOf(subscriptionId).recordSets.createOrUpdate(resourceGroup, name, 'A', child, body, guard);
    });
  }
}

const partsOf = (id: string): ResourceParts => resourceParts(id, 'Microsoft\\.Network/privateDnsZones', 'A');
