// The registry document, as proxies and clients read it. It is served as it was last published; whoever cannot reach it
// goes on with the one he has.

import { servesOf } from '../discovery/declared.ts';
import type { RegistryDocument } from '../ports/discovery.ts';
import type { Context } from './context.ts';

export interface RegistryAnswer {
  status: 200 | 304 | 404 | 503;
  headers: Record<string, string>;
  body?: RegistryDocument | { error: string };
}

/** `known` is the request's If-None-Match: the ETag of the document that the client has, or a list of them. */
export async function readRegistry(
  { ports, workloads }: Pick<Context, 'ports' | 'workloads'>,
  name: string,
  known: string | undefined,
): Promise<RegistryAnswer> {
  const workload = workloads.find((each) => each.name === name);
  if (!workload) return missing(`There is no workload ${name}.`);
  if (!servesOf(workload)) return missing(`${name} is not published: set SPILLWAY_DISCOVERY_REGISTRY to on.`);
  const found = await ports.registry.read(name);
  if (!found) return missing(`The members of ${name} are not known yet.`);
  if (!found.document) {
    // Not a 404: nobody went, and clients go on with the document that they have.
    return { status: 503, headers: {}, body: { error: `The members of ${name} are about to be written anew.` } };
  }
  const etag = strong(found.etag);
  const headers = { etag, 'cache-control': `max-age=${found.document.ttlSeconds}` };
  const tags = new Set((known ?? '').split(',').map((tag) => strong(tag.trim())));
  if (tags.has(etag) || tags.has('"*"')) return { status: 304, headers };
  return { status: 200, headers, body: found.document };
}

const missing = (error: string): RegistryAnswer => ({ status: 404, headers: {}, body: { error } });

/** The store's ETags are weak and hold quotes of their own, and clients may give them back either way. */
const strong = (etag: string): string => `"${etag.replace(/^W\//, '').replaceAll('"', '')}"`;
