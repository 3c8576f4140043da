// What every resource of the local Resource Manager speaks: requests, answers and errors, without HTTP.

import type { Random } from '../random.ts';

/** A request as the models see it. Header names are lower case; query keys are decoded. */
export interface ArmRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: unknown;
}

/** `dropped` is a fault: the client sees its connection end instead of this answer. */
export interface ArmAnswer {
  status: number;
  headers: Record<string, string>;
  body?: unknown;
  dropped?: boolean;
}

/** Where a resource is. Resource Manager compares ids without regard to case, so compare `key(id)`. */
export interface ResourceId {
  subscription: string;
  resourceGroup: string;
  type: string;
  name: string;
}

export const idText = (id: ResourceId): string =>
  `/subscriptions/${id.subscription}/resourceGroups/${id.resourceGroup}/providers/${id.type}/${id.name}`;
export const key = (id: ResourceId): string => idText(id).toLowerCase();

/** A refusal. `message` keeps the service's wording, because clients are known to read it. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  answer(): ArmAnswer {
    const body = { error: { code: this.code, message: this.message } };
    return { status: this.status, headers: { 'x-ms-error-code': this.code, ...this.headers }, body };
  }
}

export function notFound(id: ResourceId): ArmError {
  const text =
    `The Resource '${id.type}/${id.name}' under resource group '${id.resourceGroup}' was not found. ` +
    'For more details please go to https://aka.ms/ARMResourceNotFoundFix';
  return new ArmError(404, 'ResourceNotFound', text, { 'x-ms-failure-cause': 'gateway' });
}

/** The wording of the documentation; the reason for the conflict is never told. */
export const transitioning = (name: string): ArmError =>
  new ArmError(
    409,
    'ContainerGroupTransitioning',
    `The container group '${name}' is still transitioning, please retry later.`,
  );

export const tooMany = (message: string, seconds: number): ArmError =>
  new ArmError(429, 'TooManyRequests', message, { 'retry-after': String(Math.max(1, Math.ceil(seconds))) });

/** An identifier in GUID form; seeded, so that a run repeats exactly. */
export function guid(random: Random): string {
  let digits = '';
  for (let index = 0; index < 32; index++) digits += HEX[Math.floor(random.next() * 16)];
  const part = (from: number, to: number): string => digits.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}

const HEX = '0123456789abcdef';

export const iso = (time: number): string => new Date(time).toISOString();
