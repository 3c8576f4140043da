import { describe, expect, it } from 'vitest';
import { mayPoll, replicaToken, replicaVariables } from '../../../shared/workload/replica-access.ts';

const KEY = 'k'.repeat(32);
const guarded = { key: KEY, easyAuth: false };
const nobody = { token: undefined, principal: undefined };

describe('a poll', () => {
  it('with the token of the replica it is for is answered', () => {
    expect(mayPoll(guarded, 'g-1', { ...nobody, token: replicaToken(KEY, 'g-1') })).toBe(true);
  });

  it.each<[string, string | undefined]>([
    ['of another replica', replicaToken(KEY, 'g-2')],
    ['made with another key', replicaToken('x'.repeat(32), 'g-1')],
    ['that is cut off', replicaToken(KEY, 'g-1').slice(0, -1)],
    ['that is missing', undefined],
  ])('with a token %s is refused', (_, token) => {
    expect(mayPoll(guarded, 'g-1', { ...nobody, token })).toBe(false);
  });

  it('with an identity is answered only where the platform vouches for the header', () => {
    const caller = { ...nobody, principal: 'eyJhdXRoIjoiYWFkIn0=' };
    expect(mayPoll(guarded, 'g-1', caller)).toBe(false);
    expect(mayPoll({ ...guarded, easyAuth: true }, 'g-1', caller)).toBe(true);
    expect(mayPoll({ ...guarded, easyAuth: true }, 'g-1', nobody)).toBe(false);
  });

  it('is guarded by the function key alone where there is no replica key', () => {
    expect(mayPoll({ easyAuth: false }, 'g-1', nobody)).toBe(true);
  });
});

describe('a replica', () => {
  it('is told its name, its workload, where to poll and its own token', () => {
    expect(replicaVariables({ ...guarded, url: 'https://app.example' }, 'orders', 'g-1')).toEqual({
      environment: { SPILLWAY_REPLICA: 'g-1', SPILLWAY_WORKLOAD: 'orders', SPILLWAY_URL: 'https://app.example' },
      secureEnvironment: { SPILLWAY_TOKEN: 'token of the replica' },
      secrets: { 'token of the replica': replicaToken(KEY, 'g-1') },
    });
  });

  it('gets no token where there is no key', () => {
    expect(replicaVariables({ easyAuth: false }, 'orders', 'g-1').secrets).toEqual({});
  });
});
