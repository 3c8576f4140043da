import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { AzureFailure } from '../ports/errors.ts';
import type { Rollouts } from '../ports/rollouts.ts';
import { readRecord, type RolloutRecord } from '../rollout/record.ts';
import { classify } from './classify.ts';
import { codeOf } from './error-code.ts';

const CONTAINER = 'spillway-rollouts';

/** One blob a workload, guarded by its ETag. */
export class BlobRollouts implements Rollouts {
  readonly #container: ContainerClient;

  constructor(blobs: BlobServiceClient) {
    this.#container = blobs.getContainerClient(CONTAINER);
  }

  async read(workload: string): Promise<{ record: RolloutRecord; etag: string } | undefined> {
    const doing = `Reading the revisions of ${workload}`;
    try {
      const answer = await this.#blob(workload).download();
      const json = await text(answer.readableStreamBody);
      const record = readRecord(json);
      if (record && answer.etag !== undefined) return { record, etag: answer.etag };
    } catch (error) {
      if (codeOf(error) === 'BlobNotFound' || codeOf(error) === 'ContainerNotFound') return undefined;
      throw new AzureFailure(doing, classify(error, 'read'), error);
    }
    // Guessing which revision is good could start a bad one, so this fails closed.
    const message = `${CONTAINER}/${blobName(workload)} is not a record of revisions; delete it to begin a new one.`;
    throw new AzureFailure(doing, { class: 'permanent', code: 'RolloutUnreadable', message }, undefined);
  }

  async write(workload: string, record: RolloutRecord, etag: string | undefined): Promise<boolean> {
    const json = JSON.stringify(record);
    const conditions = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
    const upload = (): Promise<unknown> =>
      this.#blob(workload).upload(json, Buffer.byteLength(json), {
        conditions,
        blobHTTPHeaders: { blobContentType: 'application/json' },
      });
    try {
      await upload().catch(async (error: unknown) => {
        if (codeOf(error) !== 'ContainerNotFound') throw error;
        await this.#container.createIfNotExists();
        await upload();
      });
      return true;
    } catch (error) {
      const status = (error as { statusCode?: number }).statusCode;
      // 409: two were the first; 412: the version is another one, or it is gone.
      if (status === 412 || status === 409 || codeOf(error) === 'BlobNotFound') return false;
      throw new AzureFailure(`Writing the revisions of ${workload}`, classify(error, 'write'), error);
    }
  }

  #blob(workload: string) {
    return this.#container.getBlockBlobClient(blobName(workload));
  }
}

const blobName = (workload: string): string => `${workload}.json`;

async function text(stream: NodeJS.ReadableStream | undefined): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream ?? []) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
