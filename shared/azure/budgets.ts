// What is left of the write budgets, as the headers of an answer say it. Container Instances reports its two windows on
// PUT and DELETE, refused ones included; Resource Manager its token bucket on every answer.

import type { Budgets } from '../ports/errors.ts';

const RESOURCE = 'x-ms-ratelimit-remaining-subscription-resource-requests-';
const HEADERS: Record<keyof Budgets, string[]> = {
  per5Minutes: [`${RESOURCE}pt5m`],
  perHour: [`${RESOURCE}pt1h`],
  tokens: ['x-ms-ratelimit-remaining-subscription-writes', 'x-ms-ratelimit-remaining-subscription-deletes'],
};

type Header = (name: string) => string | undefined;

/** Undefined when the answer says nothing of them. */
export function budgetsOf(header: Header): Budgets | undefined {
  const found = Object.entries(HEADERS).flatMap(([budget, names]) => {
    const told = names.map((name) => header(name)).find((value) => value !== undefined && value !== '');
    const left = Number(told ?? Number.NaN);
    return Number.isFinite(left) && left >= 0 ? [[budget, left] as const] : [];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** The headers of a response, or of the response in an error; nothing when there was no answer. */
export function headersOf(answer: unknown): Header {
  const { headers, response } = (answer ?? {}) as Partial<Record<'headers' | 'response', unknown>>;
  const found = (headers ?? (response as { headers?: unknown } | undefined)?.headers) as
    { get?: (name: string) => string | undefined } | undefined;
  return (name) => found?.get?.(name);
}
