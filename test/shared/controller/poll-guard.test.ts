import { expect, it } from 'vitest';
import { pollGuard } from '../../../shared/controller/poll-guard.ts';

const KEY = 'k'.repeat(32);

it.each([
  ['a replica key', ` ${KEY} `, 'anonymous'],
  ['no replica key', undefined, 'function'],
  ['one that is too short', KEY.slice(1), 'function'],
  ['a reference that was not resolved', `@Microsoft.KeyVault(VaultName=v;SecretName=${KEY})`, 'function'],
])('with %s the host lets pass whom it should', (_, setting, guard) => {
  expect(pollGuard(setting)).toBe(guard);
});
