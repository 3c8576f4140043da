import { describe, expect, test } from 'vitest';
import { describeSettings } from '../../../shared/settings/describe.ts';
import { formatProblems } from '../../../shared/workload/problem.ts';
import { ENV, file, parse } from './settings-of.ts';

/** Everything that anyone ever gets to see of a configuration. */
function shownFor(env: Record<string, string>, more = ''): string {
  const { problems, broken } = parse(env, [file('orders', more)]);
  const views = describeSettings({ ...ENV, ...env }, ['orders']);
  return formatProblems(problems) + JSON.stringify([broken, views]);
}

describe('a secret', () => {
  const SECRET = 'hunter2hunter2';
  const connection = `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${SECRET}`;
  test.each([
    ['of the connection', { SPILLWAY_SERVICEBUS: connection }, ''],
    ['of a connection that is not valid', { SPILLWAY_SERVICEBUS: SECRET }, ''],
    ['of the storage', { AzureWebJobsStorage: `AccountName=a;AccountKey=${SECRET}` }, ''],
    ['pasted into the wrong setting', { SPILLWAY_QUEUE: connection, SPILLWAY_QUEUE_FOR_ORDERS: connection }, ''],
    ['in an address', { SPILLWAY_ARM_ENDPOINT: `http://admin:${SECRET}@example.com` }, ''],
    ['under a name we do not know', { SPILLWAY_SERVICEBUSS: SECRET }, ''],
    [
      'written where the name of an app setting belongs',
      {},
      `secureEnvironment: { PASSWORD: ${SECRET}, OTHER: "$${SECRET}" }`,
    ],
    ['that is a number', {}, `environment: { PIN: [${SECRET}] }`],
    ['in a field we do not know', {}, `password: ${SECRET}`],
    ['in a file that is no YAML', {}, `password: ${SECRET}: ${SECRET}\n  ]${SECRET}`],
  ])('%s is shown in no problem and no view', (_, env, more) => {
    expect(shownFor(env, more)).not.toContain(SECRET);
  });

  test('that a workload refers to is no unknown setting, whatever its name', () => {
    const more = 'secureEnvironment: { PASSWORD: SPILLWAY_DB_PASSWORD }';
    expect(parse({ SPILLWAY_DB_PASSWORD: SECRET }, [file('orders', more)]).problems).toEqual([]);
  });
});
