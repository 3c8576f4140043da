// What configures a function app from outside: host.json, and the app settings in the environment.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Binding, FunctionMetadata } from './core-api.ts';

export type Environment = Record<string, string | undefined>;

/** A .NET TimeSpan below a day, to milliseconds. */
const timeSpan = z
  .string()
  .regex(/^\d\d:\d\d:\d\d(\.\d+)?$/, 'expected a time span such as "00:01:30"')
  .transform((text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part) * 1000, 0));

// Defaults of the Service Bus extension 5.x; that of sessionIdleTimeout is the try time-out of its client.
const serviceBus = z.object({
  autoCompleteMessages: z.boolean().default(true),
  maxAutoLockRenewalDuration: timeSpan.prefault('00:05:00'),
  maxConcurrentCalls: z.int().min(1).default(16),
  maxConcurrentSessions: z.int().min(1).default(8),
  sessionIdleTimeout: timeSpan.prefault('00:01:00'),
});
const http = z.object({ routePrefix: z.string().default('api') });
const extensions = z.object({ http: http.prefault({}), serviceBus: serviceBus.prefault({}) });
const hostFile = z.object({ version: z.literal('2.0'), extensions: extensions.prefault({}) });

/** Durations in milliseconds. */
export type Extensions = z.infer<typeof extensions>;

/** Reads host.json under `root`. Throws naming each value that is not allowed. */
export function readHostFile(root: string): Extensions {
  const parsed = hostFile.safeParse(JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')));
  if (parsed.success) return parsed.data.extensions;
  throw new Error(`host.json is not valid:\n${z.prettifyError(parsed.error)}`, { cause: parsed.error });
}

/** The trigger of a function with `%NAME%` replaced by app settings. Throws on other bindings than an HTTP answer. */
export function triggerOf({ name, bindings }: FunctionMetadata, env: Environment): Binding {
  const resolved = { type: '' };
  for (const [binding, properties] of Object.entries(bindings)) {
    if (properties.type.endsWith('Trigger')) {
      for (const [property, value] of Object.entries(properties)) {
        const user = `'${property}' of binding '${binding}' of function '${name}'`;
        const put = (_: string, setting: string): string => required(env, setting, user);
        Object.assign(resolved, { [property]: typeof value === 'string' ? value.replace(/%([^%]+)%/g, put) : value });
      }
    } else if (properties.type !== 'http')
      throw new Error(`Function '${name}': the local host does not model its binding of type '${properties.type}'.`);
  }
  return resolved;
}

/** An app setting. Throws naming it and `user`, who needs it. */
export function required(env: Environment, setting: string, user: string): string {
  const value = env[setting];
  if (value !== undefined) return value;
  throw new Error(`The app setting ${setting} is missing; ${user} needs it.`);
}
