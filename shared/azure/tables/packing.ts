import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AzureFailure } from '../../ports/errors.ts';

/** A binary property of a table row holds no more; a string property only half of it, because it is kept as UTF-16. */
const MAX_BYTES = 64 * 1024;

/** Compresses a JSON value into one binary property. Throws AzureFailure when it does not fit. */
export function pack(what: string, value: unknown): Uint8Array {
  const bytes = deflateRawSync(JSON.stringify(value));
  if (bytes.length > MAX_BYTES) {
    const message = `It takes ${bytes.length} bytes compressed; a table row holds ${MAX_BYTES}.`;
    throw new AzureFailure(`Packing ${what}`, { class: 'permanent', code: 'TooLarge', message }, undefined);
  }
  return bytes;
}

/** The value that was packed. Throws an Error that says what is wrong with the bytes. */
export function unpack(bytes: unknown): unknown {
  if (!(bytes instanceof Uint8Array)) throw new Error('there is no packed value');
  return JSON.parse(inflateRawSync(bytes).toString('utf8'));
}
