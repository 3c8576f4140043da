import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readHostFile, triggerOf } from '../../../../tools/local/host/settings.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

test('host.json is read with time spans in milliseconds, and the rest has the defaults of Azure', () => {
  expect(readHostFile(fixture('queue'))).toEqual({
    http: { routePrefix: 'api' },
    serviceBus: {
      autoCompleteMessages: true,
      maxAutoLockRenewalDuration: 300_000,
      maxConcurrentCalls: 2,
      maxConcurrentSessions: 2,
      sessionIdleTimeout: 1000,
    },
  });
});

test('every value of host.json that is not allowed is named at once', () => {
  expect(() => readHostFile(fixture('misconfigured'))).toThrow(
    /maxConcurrentSessions[^]*expected a time span such as "00:01:30"[^]*sessionIdleTimeout/,
  );
});

const bindings = { bus: { type: 'serviceBusTrigger', queueName: 'q-%STAGE%-%REGION%', isSessionsEnabled: true } };

test('settings between percent signs are put into the trigger', () => {
  const trigger = triggerOf({ name: 'work', bindings }, { STAGE: 'test', REGION: 'here' });
  expect(trigger).toEqual({ type: 'serviceBusTrigger', queueName: 'q-test-here', isSessionsEnabled: true });
});

test('a missing setting is named with the function, binding and property that need it', () => {
  expect(() => triggerOf({ name: 'work', bindings }, { STAGE: 'test' })).toThrow(
    "The app setting REGION is missing; 'queueName' of binding 'bus' of function 'work' needs it.",
  );
});

test('a binding that would be silently ignored is refused', () => {
  const outputs = { ...bindings, out: { type: 'queue' } };
  expect(() => triggerOf({ name: 'work', bindings: outputs }, { STAGE: '', REGION: '' })).toThrow(/type 'queue'/);
});
