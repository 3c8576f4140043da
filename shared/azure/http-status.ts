// What a replica answers over HTTP, at its own address. By node:http: fetch refuses the ports that browsers refuse, as 10080
// and 5060, though a replica may well listen there.

import { request, type RequestOptions } from 'node:http';

/** Redirects are not followed. Throws when no answer begins within `timeoutMs`. */
export function askStatus(
  { ip, port, path }: { ip: string; port: number; path: string },
  timeoutMs: number,
  options: Pick<RequestOptions, 'method' | 'headers'> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one that was kept may have been closed by the replica meanwhile.
    const own = { ...options, agent: false, signal: AbortSignal.timeout(timeoutMs) };
    request(new URL(`http://${ip}:${port}${path}`), own, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

export const isOk = (status: number): boolean => status >= 200 && status < 300;
