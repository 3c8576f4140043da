// One HTTP server for all HTTP-triggered functions. An unknown route and a known one asked with a wrong method both get
// 404, as on the real host (azure-functions-host, issue 10098).

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { RpcHttpData } from './core-api.ts';
import type { Host, LocalFunction, Trigger } from './host.ts';
import type { Environment } from './settings.ts';

/** Bytes: the default of FUNCTIONS_REQUEST_BODY_SIZE_LIMIT. */
const maxBody = 104_857_600;

interface Route extends LocalFunction {
  path: URLPattern;
  /** Sorts literal segments before parameters, from left to right. */
  rank: string;
}

/** Listens on `port` of localhost (0: any free one) and returns the port it got. Throws on a route it does not know. */
export async function startHttp(
  functions: LocalFunction[],
  port: number,
  host: Host,
): Promise<Trigger & { port: number }> {
  const routes = functions.map((given) => compile(given, host.extensions.http.routePrefix));
  routes.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const server = createServer((request, response) => {
    response.once('close', host.clock.hold());
    // What a function threw is logged where it was invoked.
    answer(request, routes, host)
      .catch((): RpcHttpData => ({ statusCode: '500' }))
      .then((data) => write(response, data))
      .catch((error: unknown) => response.destroy(error as Error));
  });
  await once(server.listen(port, 'localhost'), 'listening');
  const stop = async (): Promise<void> => void (await once(server.close(), 'close'));
  return { port: (server.address() as AddressInfo).port, stop };
}

function compile(given: LocalFunction, prefix: string): Route {
  const route = (given.trigger['route'] as string | undefined) ?? given.name;
  const path = `/${prefix}/${route}`.replace(/\/+/g, '/');
  const pathname = path.replace(/\{(\w+\??)\}/g, ':$1');
  if (/[{}*()+]/.test(pathname)) {
    const allowed = 'literal segments, {name} and {name?}';
    throw new Error(`Function '${given.name}' has the route '${route}': the local host knows ${allowed} only.`);
  }
  return { ...given, path: new URLPattern({ pathname }, { ignoreCase: true }), rank: path.replaceAll('{', '~') };
}

async function answer(request: IncomingMessage, routes: Route[], { env }: Host): Promise<RpcHttpData> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', `http://${headers.host ?? 'localhost'}`);
  const asked = { pathname: url.pathname.replace(/(?<=.)\/$/, '') };
  const route = routes.find(({ path, trigger }) => accepts(trigger['methods'] as string[], method) && path.test(asked));
  if (!route) return { statusCode: '404' };
  const given = headers['x-functions-key'] ?? url.searchParams.get('code');
  if (route.trigger['authLevel'] !== 'anonymous' && !opens(given, env)) return { statusCode: '401' };
  if (Number(headers['content-length'] ?? 0) > maxBody) return { statusCode: '413' };
  const params = Object.entries(route.path.exec(asked)?.pathname.groups ?? {});
  const http: RpcHttpData = {
    url: url.href,
    method,
    nullableHeaders: nullable(Object.entries(headers), String),
    // The host passes no entry for an optional parameter that the path lacks.
    nullableParams: nullable(
      params.filter(([, value]) => value !== undefined),
      decodeURIComponent,
    ),
    nullableQuery: nullable(
      [...url.searchParams].map(([name]) => [name, url.searchParams.getAll(name).join()]),
      String,
    ),
    body: { bytes: await buffer(request) },
  };
  return (await route.invoke({ data: { http } }))?.http ?? { statusCode: '204' };
}

const accepts = (methods: string[], method: string): boolean =>
  methods.some((allowed) => allowed.toUpperCase() === method);

/** One key for all levels; without SPILLWAY_LOCAL_KEY everything is open. */
function opens(given: unknown, { SPILLWAY_LOCAL_KEY: key }: Environment): boolean {
  return !key || given === key;
}

const nullable = <T>(
  entries: [string, T | undefined][],
  toText: (value: T) => string,
): NonNullable<RpcHttpData['nullableQuery']> =>
  Object.fromEntries(entries.map(([name, value]) => [name, { value: value === undefined ? '' : toText(value) }]));

function write(response: ServerResponse, { statusCode = '200', headers = {}, body }: RpcHttpData): void {
  response.writeHead(Number(statusCode), headers).end(body?.bytes ?? body?.string);
}
