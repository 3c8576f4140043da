// A running stack as an operator meets it: its HTTP API, and time that goes on as fast as the machine allows, or really.

import { pace } from '../../tools/local/clock.ts';
import type { Stack } from '../../tools/local/stack.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Asks the operations API; a body that is no text is sent as JSON. */
export async function ask({ host }: Stack, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`http://127.0.0.1:${host.port}/api/${path}`, {
    method,
    ...(body !== undefined && { body: text, headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Lets simulated time pass until `reached`; throws when that takes more than `mostSeconds`. */
export async function passUntil(
  { clock }: Stack,
  what: string,
  mostSeconds: number,
  reached: () => boolean,
): Promise<void> {
  const end = clock.now() + mostSeconds * 1000;
  while (!reached()) {
    if (clock.now() >= end) throw new Error(`${what}: not within ${mostSeconds} simulated seconds.`);
    await clock.advance(1000);
  }
}

/** Does something while simulated time passes as real time does. */
export async function inRealTime<T>({ clock }: Stack, what: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const pacing = pace(clock, 1, stop.signal);
  try {
    return await what();
  } finally {
    stop.abort();
    await pacing;
  }
}
