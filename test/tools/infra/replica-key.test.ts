import { describe, expect, test } from 'vitest';
import type { Arm } from '../../../tools/infra/arm.ts';
import { makeReplicaKey, renewReplicaKey } from '../../../tools/infra/replica-key.ts';

/** Answers by method, and what was asked. */
function azure(answers: Record<string, { status: number; body?: unknown }>): { arm: Arm; asked: string[] } {
  const asked: string[] = [];
  const arm: Arm = async (method, path) => {
    asked.push(`${method} ${path}`);
    return { body: undefined, status: 200, ...answers[method] };
  };
  return { arm, asked };
}

describe('the key of the replicas', () => {
  test('is left as it is where there is one', async () => {
    const { arm, asked } = azure({});
    await makeReplicaKey(arm, '/vault');
    expect(asked).toEqual(['GET /vault/secrets/replica-key']);
  });

  test.each([{ GET: { status: 409 } }, { GET: { status: 404 }, PUT: { status: 409 } }])(
    'is not made where Azure answers %o, which is told',
    async (answers) => {
      await expect(makeReplicaKey(azure(answers).arm, '/vault')).rejects.toThrow(/replica-key could not be .* 409/);
    },
  );

  test.each([
    ['AccessToKeyVaultDenied', ['POST /site/config/configreferences/appsettings/refresh']],
    ['Resolved', []],
  ])('that the app has %s is looked for again only if it is not there', async (status, more) => {
    const { arm, asked } = azure({ GET: { status: 200, body: { properties: { status } } } });
    await renewReplicaKey(arm, '/site');
    expect(asked.slice(1)).toEqual(more);
  });
});
