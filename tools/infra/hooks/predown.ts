// Before everything is deleted: the app is stopped, so that it starts nothing more, and its container groups go.

import { azureArm, deployer } from '../arm.ts';
import { deployedPorts } from '../clients.ts';
import { removeGroups } from '../remove-groups.ts';
import { env, pauses, say, stop } from './azd.ts';

const { AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, AZURE_FUNCTION_NAME, SPILLWAY_BURST_SUBNET_ID } = env;
if (!AZURE_RESOURCE_GROUP || !AZURE_FUNCTION_NAME) {
  say('Nothing is deployed, so nothing has to be stopped.');
  process.exit(0);
}
const site = `/subscriptions/${AZURE_SUBSCRIPTION_ID}/resourceGroups/${AZURE_RESOURCE_GROUP}/providers/Microsoft.Web/sites/${AZURE_FUNCTION_NAME}`;
const { status } = await azureArm(env)('POST', `${site}/stop`, '2024-11-01');
// One that is gone already starts nothing; one that still runs would start groups behind our back.
if (status !== 200 && status !== 204 && status !== 404)
  stop([`The app could not be stopped: Azure answered ${status}. Nothing was removed.`]);
try {
  const names = await removeGroups({
    ports: deployedPorts(env, deployer()),
    subnets: SPILLWAY_BURST_SUBNET_ID ? [SPILLWAY_BURST_SUBNET_ID] : [],
    tries: 60,
    pause: pauses(10),
  });
  say(names.length === 0 ? 'No container group was left.' : `Removed ${names.length} container groups.`);
} catch (error) {
  stop([error instanceof Error ? error.message : String(error)]);
}
