import {
  createHttpHeaders,
  createPipelineRequest,
  RestError,
  type HttpMethods,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';

/** An SDK client of Azure Resource Manager, seen as a way to send anything with its credential and policies. */
export interface ArmSender {
  sendRequest(request: PipelineRequest): Promise<PipelineResponse>;
}

export interface ArmRequest {
  method: HttpMethods;
  /** Absolute, with its api-version: made by `armUrl` or given by Azure as a next link. */
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The address of a resource; `path` begins with `/subscriptions`. */
export const armUrl = (endpoint: string, path: string, apiVersion: string): string =>
  `${endpoint.replace(/\/$/, '')}${path}?api-version=${apiVersion}`;

/**
 * Sends one request to Azure Resource Manager through an SDK client. For what the clients cannot do: a long-running
 * operation that is started and not polled, and resource types that no installed client knows. Throws RestError for any
 * status of 300 or more.
 */
export async function sendArm(
  client: ArmSender,
  { method, url, body, headers }: ArmRequest,
): Promise<PipelineResponse> {
  const response = await client.sendRequest(
    createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders({ accept: 'application/json', 'content-type': 'application/json', ...headers }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  if (response.status < 300) return response;
  const { code, message } = errorOf(response.bodyAsText);
  throw new RestError(message ?? `${method} ${new URL(url).pathname} was answered ${response.status}.`, {
    statusCode: response.status,
    request: response.request,
    response,
    ...(code === undefined ? {} : { code }),
  });
}

// Gateways between here and Azure answer errors with bodies of their own; such a body is not worth failing over.
function errorOf(text: string | null | undefined): { code?: string; message?: string } {
  try {
    const body = JSON.parse(text ?? '') as { error?: { code?: string; message?: string } } | null;
    return body?.error ?? {};
  } catch {
    return {};
  }
}
