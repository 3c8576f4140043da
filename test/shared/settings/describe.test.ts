import { expect, test } from 'vitest';
import { describeSettings } from '../../../shared/settings/describe.ts';
import type { SettingView } from '../../../shared/settings/describe.ts';

const view = (env: Record<string, string>, name: string): SettingView | undefined =>
  describeSettings(env, ['order-emails']).find((one) => one.name === name);

test('a view says what holds and where it comes from', () => {
  expect(view({}, 'SPILLWAY_MODE')).toMatchObject({ value: 'dry-run', source: 'default' });
  expect(view({ SPILLWAY_MODE: ' off ' }, 'SPILLWAY_MODE')).toMatchObject({ value: 'off', source: 'set' });
  expect(view({ REGION_NAME: 'West Europe' }, 'SPILLWAY_LOCATION')).toMatchObject({ source: 'REGION_NAME' });
  expect(view({}, 'SPILLWAY_QUEUE')).toMatchObject({ value: undefined, source: 'none' });
});

test('the own value of a workload follows the general one, also when it is empty', () => {
  const names = describeSettings({ SPILLWAY_QUEUE_FOR_ORDER_EMAILS: '' }, ['order-emails']).map(({ name }) => name);
  expect(names[names.indexOf('SPILLWAY_QUEUE') + 1]).toBe('SPILLWAY_QUEUE_FOR_ORDER_EMAILS');
});

test('a secret is hidden, and that it is set is not', () => {
  const env = { AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
  expect(view(env, 'AzureWebJobsStorage')).toMatchObject({ value: '(hidden)', source: 'set' });
});
