// The HTTPS shell of the local Azure: Resource Manager, Monitor, the identity endpoint and the controls on one port.
// The clock stands still from the receipt of a request until its answer is written.

import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type ArmAnswer, ArmError, type ArmRequest } from './arm.ts';
import { AzureModel, type AzureOptions } from './azure.ts';
import { control } from './control.ts';
import { token } from './identity.ts';

/** One request and its answer, for validators. The path and query are those the client sent. */
export interface Exchange {
  method: string;
  url: string;
  requestBody: unknown;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: unknown;
}

/** A world, and how to reach it. `key` and `cert` are PEM; without `port` a free one is taken. */
export interface ServerOptions extends AzureOptions {
  key: string;
  cert: string;
  port?: number;
  onExchange?: (exchange: Exchange) => void;
}

export interface LocalAzure {
  port: number;
  /** What clients take as `endpoint`; the identity endpoint is `${endpoint}/msi/token`. */
  endpoint: string;
  model: AzureModel;
  close(): Promise<void>;
}

/** Starts a local Azure on localhost. Rejects when the port is taken. */
export async function startAzure(options: ServerOptions): Promise<LocalAzure> {
  const model = new AzureModel(options);
  const server = createServer({ key: options.key, cert: options.cert }, (request, response) => {
    const release = model.clock.hold();
    response.once('close', release);
    void serve(request, response, model, options.onExchange);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { port, endpoint: `https://localhost:${port}`, model, close };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  model: AzureModel,
  onExchange: ServerOptions['onExchange'],
): Promise<void> {
  const origin = `https://${incoming.headers.host}`;
  const url = new URL(incoming.url ?? '/', origin);
  const headers = incoming.headers as Record<string, string | undefined>;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  try {
    const body: unknown = hasBody ? await json(incoming) : undefined;
    const request: ArmRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
    };
    const answer = complete(dispatch(model, request), origin);
    if (answer.dropped) {
      response.destroy();
      return;
    }
    write(response, answer);
    onExchange?.({
      method: request.method,
      url: url.pathname + url.search,
      requestBody: body,
      status: answer.status,
      responseHeaders: answer.headers,
      responseBody: answer.body,
    });
  } catch (error) {
    // Only a body that is no JSON, or a defect of the local Azure itself, ends here.
    const refusal =
      error instanceof SyntaxError
        ? new ArmError(400, 'InvalidRequestContent', `The request content was invalid: ${error.message}`)
        : new ArmError(
            500,
            'LocalAzureDefect',
            error instanceof Error ? (error.stack ?? error.message) : String(error),
          );
    write(response, refusal.answer());
  }
}

function dispatch(model: AzureModel, request: ArmRequest): ArmAnswer {
  try {
    if (request.path === '/msi/token') return token(request, model.clock.now());
    if (request.path.startsWith('/control/')) return control(model, request);
  } catch (error) {
    if (error instanceof ArmError) return error.answer();
    throw error;
  }
  return model.handle(request);
}

/** Puts the origin the request came to before the paths in status URLs and page links. */
function complete(answer: ArmAnswer, origin: string): ArmAnswer {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, value.startsWith('/') ? origin + value : value]),
  );
  const link = (answer.body as { nextLink?: string } | undefined)?.nextLink;
  const body = link === undefined ? answer.body : { ...(answer.body as object), nextLink: origin + link };
  return { ...answer, headers, body };
}

function write(response: ServerResponse, { status, headers, body }: ArmAnswer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const type: Record<string, string> = text ? { 'content-type': 'application/json; charset=utf-8' } : {};
  response.writeHead(status, { ...type, ...headers }).end(text);
}
