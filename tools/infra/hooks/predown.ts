// Before everything is deleted: container groups drain, the app is stopped, so that it starts nothing more, what is left of
// the groups goes, and system topics in resource groups that stay.

import { listed, otherSubscriptions, siteOf } from '../app-settings.ts';
import { azureArm, deployer } from '../arm.ts';
import { deployedPorts } from '../clients.ts';
import { drainAll } from '../drain-all.ts';
import { removeGroups } from '../remove-groups.ts';
import { env, pauses, say, stop } from './azd.ts';

const { AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, AZURE_FUNCTION_NAME, SPILLWAY_BURST_SUBNET_ID } = env;
if (!AZURE_RESOURCE_GROUP || !AZURE_FUNCTION_NAME) {
  say('Nothing is deployed, so nothing has to be stopped.');
  process.exit(0);
}
const site = siteOf(env);
const arm = azureArm(env);
const everySeconds = 10;
try {
  const { ids, missed } = await otherSubscriptions(env, arm);
  for (const line of missed) say(line);
  const ports = deployedPorts(env, deployer(), ids);
  if (env['SPILLWAY_SKIP_DRAIN'] !== 'true') {
    const keys = await arm('POST', `${site}/host/default/listkeys`, '2024-11-01');
    const { functionKeys } = (keys.body ?? {}) as { functionKeys?: Record<string, string> };
    const app = { url: env['SERVICE_SPILLWAY_URI'] ?? '', key: functionKeys?.['default'] ?? '' };
    await drainAll({ app, ...ports, everySeconds, pause: pauses(everySeconds), say });
  }
  const { status } = await arm('POST', `${site}/stop`, '2024-11-01');
  // One that is gone already starts nothing; one that still runs would start groups behind our back.
  if (status !== 200 && status !== 204 && status !== 404)
    stop([`The app could not be stopped: Azure answered ${status}. No container group was removed.`]);
  for (const topic of listed(env['SPILLWAY_EVENT_TOPIC_IDS'])) {
    const { status: gone } = await arm('DELETE', topic, '2025-02-15');
    if (gone >= 300 && gone !== 404) say(`${topic} could not be deleted: Azure answered ${gone}. Delete it by hand.`);
  }
  const names = await removeGroups({
    ports,
    subnets: SPILLWAY_BURST_SUBNET_ID ? [SPILLWAY_BURST_SUBNET_ID] : [],
    tries: 60,
    pause: pauses(everySeconds),
  });
  const where = missed.length > 0 ? ` in subscription ${[AZURE_SUBSCRIPTION_ID, ...ids].join(' and ')}` : '';
  say(names.length === 0 ? `No container group is left${where}.` : `Removed ${names.length} container groups${where}.`);
} catch (error) {
  stop([error instanceof Error ? error.message : String(error)]);
}
