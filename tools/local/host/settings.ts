// What configures a function app from outside: host.json and the app settings in the environment.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Binding, FunctionMetadata } from './core-api.ts';

export type Environment = Record<string, string | undefined>;

/** A .NET TimeSpan `[d.]hh:mm:ss[.fff]`, to milliseconds. */
const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d+:\d\d:\d\d(\.\d+)?$/, 'expected a time span such as "00:01:30"')
  .transform((text) => {
    const [seconds = 0, minutes = 0, hours = 0] = text
      .replace(/^\d+\.(?=\d+:)/, '')
      .split(':')
      .reverse()
      .map(Number);
    const days = Number(/^(\d+)\.\d+:/.exec(text)?.[1] ?? 0);
    return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
  });

// Defaults of the Service Bus extension 5.x; sessionIdleTimeout defaults to the try time-out of its client.
const serviceBus = z.object({
  autoCompleteMessages: z.boolean().default(true),
  maxAutoLockRenewalDuration: timeSpan.prefault('00:05:00'),
  maxConcurrentCalls: z.int().min(1).default(16),
  maxConcurrentSessions: z.int().min(1).default(8),
  sessionIdleTimeout: timeSpan.prefault('00:01:00'),
});

const hostFile = z.object({
  version: z.literal('2.0'),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: serviceBus.prefault({}),
    })
    .prefault({}),
});

/** Durations in milliseconds. */
export type Extensions = z.infer<typeof hostFile>['extensions'];

/** Reads host.json under `root`. Throws naming each value that is not allowed. */
export function readHostFile(root: string): Extensions {
  const parsed = hostFile.safeParse(JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')));
  if (parsed.success) return parsed.data.extensions;
  throw new Error(`host.json is not valid:\n${z.prettifyError(parsed.error)}`, { cause: parsed.error });
}

/** The trigger binding of a function with `%NAME%` replaced by app settings. Throws on what cannot be run here. */
export function triggerOf({ name, bindings }: FunctionMetadata, env: Environment): Binding {
  const [trigger, ...others] = Object.entries(bindings).sort(
    ([, a], [, b]) => Number(isTrigger(b)) - Number(isTrigger(a)),
  );
  if (!trigger || !isTrigger(trigger[1])) throw new Error(`Function '${name}' has no trigger.`);
  const other = others.find(([binding, { type }]) => binding !== '$return' || type !== 'http');
  if (other)
    throw new Error(`Function '${name}': the local host does not model its binding of type '${other[1].type}'.`);
  const resolved = Object.entries(trigger[1]).map(([property, value]) => [
    property,
    typeof value !== 'string'
      ? value
      : value.replace(/%([^%]+)%/g, (_, setting: string) =>
          required(env, setting, `'${property}' of binding '${trigger[0]}' of function '${name}'`),
        ),
  ]);
  return Object.fromEntries(resolved) as Binding;
}

/** An app setting. Throws naming it and `user`, who needs it. */
export function required(env: Environment, setting: string, user: string): string {
  const value = env[setting];
  if (value !== undefined) return value;
  throw new Error(`The app setting ${setting} is missing; ${user} needs it.`);
}

const isTrigger = (binding: Binding): boolean => binding.type.endsWith('Trigger');
