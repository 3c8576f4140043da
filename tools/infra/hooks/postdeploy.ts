// After a deployment: alerts reach the app, and it is healthy and evaluates.

import { siteOf, vaultOf } from '../app-settings.ts';
import { azureArm, patient } from '../arm.ts';
import { connectAlerts } from '../connect-alerts.ts';
import { renewReplicaKey } from '../replica-key.ts';
import { smoke } from '../smoke.ts';
import { env, pauses, say, stop } from './azd.ts';

const { SERVICE_SPILLWAY_URI: url = '', SPILLWAY_KEY_VAULT: vault, SPILLWAY_ALERT_ACTION_GROUP: actionGroup } = env;
// Ten minutes: a role may take that long to hold everywhere.
const patience = { tries: 40, pause: pauses(15) };
const arm = patient(azureArm(env), { ...patience, say });
const { status, body } = await arm('POST', `${siteOf(env)}/host/default/listkeys`, '2024-11-01');
if (status !== 200) stop([`The keys of the app could not be read: Azure answered ${status}.`]);
const key = (body as { functionKeys?: Record<string, string> } | undefined)?.functionKeys?.['default'] ?? '';
if (vault && actionGroup && key)
  await connectAlerts({ arm, vaultId: vaultOf(env), actionGroup, uri: `${url}/api/metricAlert`, key });
const pause = async (): Promise<void> => {
  await renewReplicaKey(arm, siteOf(env));
  await patience.pause();
};
const { ok, lines } = await smoke({ url, key, ...patience, pause });
if (!ok) stop(lines);
for (const line of lines) say(line);
