import { expect, test } from 'vitest';
import type { Arm } from '../../../tools/infra/arm.ts';
import { connectAlerts } from '../../../tools/infra/connect-alerts.ts';

const OPTIONS = { vaultId: '/vault', actionGroup: '/group', uri: 'https://app/api/metricAlert', key: 'k+y' };

function azure(refused?: string): { arm: Arm; written: Map<string, unknown> } {
  const written = new Map<string, unknown>();
  const arm: Arm = async (method, path, _version, body) => {
    if (path === refused) return { status: 403, body: {} };
    if (method === 'PUT') written.set(path, body);
    return { status: 200, body: { location: 'global', properties: { enabled: true, groupShortName: 'swload' } } };
  };
  return { arm, written };
}

test('the address with its key goes into the vault and to the action group, which keeps the rest', async () => {
  const { arm, written } = azure();
  await connectAlerts({ arm, ...OPTIONS });
  const value = 'https://app/api/metricAlert?code=k%2By';
  expect(written.get('/vault/secrets/metric-alert-uri')).toEqual({ properties: { value } });
  expect(written.get('/group')).toMatchObject({
    properties: { enabled: true, webhookReceivers: [{ serviceUri: value, useCommonAlertSchema: true }] },
  });
});

test.each(['/vault/secrets/metric-alert-uri', '/group'])('a refusal of %s is told without the key', async (refused) => {
  const failed = connectAlerts({ arm: azure(refused).arm, ...OPTIONS });
  await expect(failed).rejects.toThrow(/403/);
  await expect(failed).rejects.not.toThrow(/k%2By|k\+y/);
});
