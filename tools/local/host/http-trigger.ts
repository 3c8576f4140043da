// One HTTP server for all HTTP-triggered functions. An unknown route and a known one asked with a wrong method both get
// 404, as on the real host (azure-functions-host, issue 10098).

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Binding, RegisteredFunction, RpcHttpData } from './core-api.ts';
import type { Host, Trigger } from './host.ts';

/** Bytes: the default of FUNCTIONS_REQUEST_BODY_SIZE_LIMIT. */
const maxBody = 104_857_600;

/** A function with its trigger binding, settings resolved. */
export interface HttpFunction {
  target: RegisteredFunction;
  binding: Binding;
}

interface Route extends HttpFunction {
  path: URLPattern;
  /** Sorts literal segments before parameters, from left to right. */
  rank: string;
}

/** Listens on `port` of localhost (0: any free one); returns the port it got. */
export async function startHttp(
  functions: HttpFunction[],
  port: number,
  host: Host,
): Promise<Trigger & { port: number }> {
  const routes = functions
    .map((given) => compile(given, host.extensions.http.routePrefix))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const server = createServer((request, response) => {
    const release = host.clock.hold();
    response.once('close', release);
    answer(request, routes, host)
      .catch((error: unknown) => {
        host.log('error', `${request.method} ${request.url} failed: ${String(error)}`);
        return { statusCode: '500' };
      })
      .then((data) => write(response, data))
      .catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.close().closeAllConnections();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, stop };
}

function compile({ target, binding }: HttpFunction, prefix: string): Route {
  const route = String(binding['route'] ?? target.metadata.name);
  const path = `/${prefix}/${route}`.replace(/\/{2,}/g, '/');
  const pattern = path.replace(/\{(\w+\??)\}/g, ':$1');
  if (/[{}*()+]/.test(pattern)) {
    const allowed = 'literal segments, {name} and {name?}';
    throw new Error(
      `Function '${target.metadata.name}' has the route '${route}': the local host knows ${allowed} only.`,
    );
  }
  const rank = path.replace(/\{\w+\??\}/g, '~');
  return { target, binding, path: new URLPattern({ pathname: pattern }, { ignoreCase: true }), rank };
}

async function answer(request: IncomingMessage, routes: Route[], host: Host): Promise<RpcHttpData> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const method = request.method ?? 'GET';
  const asked = { pathname: url.pathname.replace(/(?<=.)\/$/, '') };
  const route = routes.find(({ path, binding }) => accepts(binding, method) && path.test(asked));
  if (!route) return { statusCode: '404' };
  const key = host.env['SPILLWAY_LOCAL_KEY'];
  const given = request.headers['x-functions-key'] ?? url.searchParams.get('code');
  if (route.binding['authLevel'] !== 'anonymous' && key !== undefined && key !== given) return { statusCode: '401' };
  const bytes = await read(request);
  if (!bytes) return { statusCode: '413' };
  const params = route.path.exec(asked)?.pathname.groups ?? {};
  const http: RpcHttpData = {
    url: url.href,
    method,
    nullableHeaders: nullable(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    nullableParams: nullable(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value ?? '')])),
    nullableQuery: nullable(
      [...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name).join(',')]),
    ),
    body: { bytes },
  };
  const { returnValue } = await host.invoke(route.target, { data: { http } });
  return returnValue?.http ?? { statusCode: '204' };
}

const accepts = (binding: Binding, method: string): boolean =>
  (binding['methods'] as string[]).some((allowed) => allowed.toUpperCase() === method);

const nullable = (entries: [string, string][]): Record<string, { value: string }> =>
  Object.fromEntries(entries.map(([name, value]) => [name, { value }]));

/** The body, or undefined when it is too long. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBody) chunks.push(chunk);
  }
  return length <= maxBody ? Buffer.concat(chunks) : undefined;
}

function write(response: ServerResponse, { statusCode = '200', headers = {}, body }: RpcHttpData): void {
  response.writeHead(Number(statusCode), headers).end(body?.bytes ?? body?.string);
}
