import type { BlobItem, BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import { AzureFailure } from '../ports/errors.ts';
import type { Ledger, LedgerEntry } from '../ports/stores.ts';
import { classify } from './classify.ts';
import { codeOf } from './error-code.ts';

const CONTAINER = 'spillway-ledger';
const HOUR_MS = 3_600_000;
/** Hours since the epoch are counted down from here in names, so that the newest blob is listed first. */
const FAR_HOUR = 9_999_999;
/** An entry takes some 100 bytes; this many hold the last few dozen. */
const TAIL_BYTES = 4096;

/** The first blobs of a list are the newest; there may be years of them behind. */
const NEWEST = { maxPageSize: 3 };

const ENTRY = z.object({
  at: z.number(),
  day: z.number(),
  dayUsd: z.number(),
  monthUsd: z.number().optional(),
  usdPerHour: z.number(),
});

/** Spend by workload as lines of append blobs, one blob per UTC hour: nothing that was written is ever changed. */
export class BlobLedger implements Ledger {
  readonly #container: ContainerClient;

  constructor(blobs: BlobServiceClient) {
    this.#container = blobs.getContainerClient(CONTAINER);
  }

  async last(workload: string): Promise<LedgerEntry | undefined> {
    const doing = `Reading the ledger of ${workload}`;
    try {
      for await (const { segment } of this.#container.listBlobsFlat({ prefix: `${workload}/` }).byPage(NEWEST)) {
        // A blob that was made and not written to holds nothing yet; the hour before it does.
        const written = segment.blobItems.find(({ properties }) => properties.contentLength);
        if (written) return await this.#lastOf(doing, written);
      }
      return undefined;
    } catch (error) {
      if (codeOf(error) === 'ContainerNotFound') return undefined;
      throw error instanceof AzureFailure ? error : new AzureFailure(doing, classify(error, 'read'), error);
    }
  }

  async append(workload: string, entry: LedgerEntry): Promise<void> {
    const blob = this.#container.getAppendBlobClient(blobName(workload, entry.at));
    const line = `${JSON.stringify(entry)}\n`;
    const write = (): Promise<unknown> => blob.appendBlock(line, Buffer.byteLength(line));
    try {
      await write().catch(async (error: unknown) => {
        const code = codeOf(error);
        if (code !== 'BlobNotFound' && code !== 'ContainerNotFound') throw error;
        if (code === 'ContainerNotFound') await this.#container.createIfNotExists();
        await blob.createIfNotExists();
        await write();
      });
    } catch (error) {
      throw new AzureFailure(`Writing the ledger of ${workload}`, classify(error, 'write'), error);
    }
  }

  async #lastOf(doing: string, { name, properties }: BlobItem): Promise<LedgerEntry> {
    const offset = Math.max(0, (properties.contentLength ?? 0) - TAIL_BYTES);
    const tail = await this.#container.getBlobClient(name).downloadToBuffer(offset);
    const entry = lastEntry(tail.toString('utf8'));
    if (entry) return entry;
    // An older blob would tell less spend than there was; hard limits rest on this, so it fails closed.
    const message = `The last lines of ${name} are not ledger entries.`;
    throw new AzureFailure(doing, { class: 'permanent', code: 'LedgerUnreadable', message }, undefined);
  }
}

/** The last line that is an entry: a torn or odd line at the end falls back to the one before it. */
export function lastEntry(text: string): LedgerEntry | undefined {
  for (const line of text.split('\n').toReversed()) {
    try {
      return ENTRY.parse(JSON.parse(line));
    } catch {
      // Not an entry; the line before it may be one.
    }
  }
  return undefined;
}

function blobName(workload: string, at: number): string {
  const countdown = String(FAR_HOUR - Math.floor(at / HOUR_MS)).padStart(7, '0');
  return `${workload}/${countdown}-${new Date(at).toISOString().slice(0, 13)}.jsonl`;
}
