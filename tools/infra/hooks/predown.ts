// Before everything is deleted: the app is stopped, so that it starts nothing more, and its container groups go.

import { azureArm } from '../arm.ts';
import { removeGroups } from '../remove-groups.ts';
import { env, say, seconds, stop } from './azd.ts';

const { AZURE_SUBSCRIPTION_ID = '', AZURE_RESOURCE_GROUP = '', AZURE_FUNCTION_NAME, SPILLWAY_OWNER_ID = '' } = env;
const arm = azureArm();
const site = `/subscriptions/${AZURE_SUBSCRIPTION_ID}/resourceGroups/${AZURE_RESOURCE_GROUP}/providers/Microsoft.Web/sites/${AZURE_FUNCTION_NAME}`;
await arm('POST', `${site}/stop`, '2024-11-01');
try {
  const names = await removeGroups({
    arm,
    subscriptionId: AZURE_SUBSCRIPTION_ID,
    resourceGroup: AZURE_RESOURCE_GROUP,
    ownerId: SPILLWAY_OWNER_ID,
    tries: 30,
    pause: seconds(10),
  });
  say(names.length === 0 ? 'No container group was left.' : `Removed ${names.length} container groups.`);
} catch (error) {
  stop([String(error)]);
}
