// A client of the local Azure's model without HTTP. Requests and answers are copied as JSON, as a wire would copy them,
// so that nobody shares an object with the model; refusals and lost answers are thrown as an SDK client throws them.

import type { ArmRequest } from '../local/azure/arm.ts';
import type { AzureModel } from '../local/azure/azure.ts';

export interface ArmCall {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/**
 * Sends one call; the answer is as the clients' models are: `properties` lifted, times as dates; with `raw` it is the text
 * that came. Throws RefusedCall.
 */
export type Arm = (call: ArmCall, told?: (headers: Record<string, string>) => void, raw?: boolean) => unknown;

/** Has the fields by which failures of SDK clients are classified. */
export class RefusedCall extends Error {
  readonly code: string;
  readonly statusCode: number | undefined;
  readonly response: { headers: { get(name: string): string | undefined } };

  constructor(message: string, code: string, statusCode?: number, headers: Record<string, string> = {}) {
    super(message);
    // The classifier tells an answer that never came from a defect by the name.
    this.name = 'Error';
    this.code = code;
    this.statusCode = statusCode;
    this.response = { headers: { get: (name) => headers[name] } };
  }
}

export function armClient(model: Pick<AzureModel, 'handle'>): Arm {
  return ({ method, path, query, body, ifMatch, ifNoneMatch }, told, raw) => {
    const request: ArmRequest = {
      method,
      path,
      query: new URLSearchParams(query),
      headers: { authorization: 'Bearer simulation', 'if-match': ifMatch, 'if-none-match': ifNoneMatch },
      body: body === undefined ? undefined : JSON.parse(JSON.stringify(body)),
    };
    const answer = model.handle(request);
    if (answer.dropped) throw new RefusedCall('The connection ended before an answer came.', 'ECONNRESET');
    if (answer.status >= 300) {
      const { error } = answer.body as { error: { code: string; message: string } };
      throw new RefusedCall(error.message, error.code, answer.status, answer.headers);
    }
    told?.(answer.headers);
    return raw ? JSON.stringify(answer.body) : asModel(answer.body);
  };
}

const TIMES = new Set([
  'startTime',
  'finishTime',
  'timeCreated',
  'timeStamp',
  'lastTimestamp',
  'maintenanceWindowStartTime',
  'maintenanceWindowEndTime',
]);

const known = new WeakMap<object, unknown>();

/**
 * Copied by hand: a reviver of JSON.parse takes most of the time of a simulation. What the model has frozen (what a group
 * was declared with) is copied once and frozen, too.
 */
function asModel(body: unknown, name = ''): unknown {
  if (typeof body === 'string') return TIMES.has(name) ? new Date(body) : body;
  if (typeof body !== 'object' || body === null) return body;
  if (!Object.isFrozen(body)) return copied(body);
  const before = known.get(body);
  if (before) return before;
  const copy = Object.freeze(copied(body));
  known.set(body, copy);
  return copy;
}

function copied(body: object): object {
  if (Array.isArray(body)) return body.map((item) => asModel(item));
  const copy: Record<string, unknown> = {};
  for (const key in body) {
    const value: unknown = body[key as keyof typeof body];
    if (key === 'properties') Object.assign(copy, asModel(value) as object);
    else if (value !== undefined) copy[key] = asModel(value, key);
  }
  return copy;
}

/** All pages of a list. */
export function listAll(arm: Arm, first: ArmCall): unknown[] {
  const found: unknown[] = [];
  for (let call: ArmCall | undefined = first; call;) {
    const { value, nextLink } = arm(call) as { value: unknown[]; nextLink?: string };
    found.push(...value);
    // The model gives paths; the server would put its origin before them.
    const next: URL | undefined = nextLink === undefined ? undefined : new URL(nextLink, 'https://model');
    call = next && { ...first, path: next.pathname, query: Object.fromEntries(next.searchParams) };
  }
  return found;
}
