// Requests to the operations API of a deployed app. A failure is a sentence with its meaning.

export interface Asked {
  /** Address of the app, without a path, and a key of it; empty where none is needed. */
  url: string;
  key: string;
  path: string;
  /** Posted, where there is one. */
  body?: unknown;
}

const MEANING: Record<number, string> = {
  401: 'the key of the app is wrong',
  403: 'the key is refused, or a role may still be propagating',
  404: 'the functions are not there: has the deployment of the package failed?',
  500: 'the app is broken: see its log stream',
};

/** An answer of 200, or of 503 from an app that runs and is not well; a sentence for everything else. Never throws. */
export async function ask({ url, key, path, body }: Asked): Promise<{ status: number; body: unknown } | string> {
  const method = body === undefined ? 'GET' : 'POST';
  try {
    const response = await fetch(`${url}/api/${path}`, {
      method,
      headers: { 'x-functions-key': key },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.status !== 200 && response.status !== 503)
      return `${method} /api/${path} was answered with ${response.status}: ${MEANING[response.status] ?? 'unexpected'}.`;
    return { status: response.status, body: await response.json() };
  } catch (error) {
    return `The app does not answer at ${url}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
