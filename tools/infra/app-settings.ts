// The deployed app as Resource Manager knows it, and what its settings say.

import { TAGS } from '../../shared/placement/tags.ts';
import type { Arm } from './arm.ts';
import type { Env } from './preflight.ts';

/** Resource id of the app, by the outputs of the deployment. */
export const siteOf = (env: Env): string => inGroup(env, 'Microsoft.Web/sites', env['AZURE_FUNCTION_NAME']);

/** Resource id of the key vault. */
export const vaultOf = (env: Env): string => inGroup(env, 'Microsoft.KeyVault/vaults', env['SPILLWAY_KEY_VAULT']);

const inGroup = ({ AZURE_SUBSCRIPTION_ID: id, AZURE_RESOURCE_GROUP: group }: Env, type: string, name = ''): string =>
  `/subscriptions/${id}/resourceGroups/${group}/providers/${type}/${name}`;

/** The app settings that are deployed; the status of a refusal. */
export async function appSettings(env: Env, arm: Arm): Promise<Record<string, string> | number> {
  const { status, body } = await arm('POST', `${siteOf(env)}/config/appsettings/list`, '2024-11-01');
  return status === 200 ? (body as { properties: Record<string, string> }).properties : status;
}

export interface OtherSubscriptions {
  /** Those whose groups can be listed. */
  ids: string[];
  /** For what cannot be looked at: what to look for. */
  missed: string[];
}

/** Subscriptions that the app makes groups in beside its own. */
export async function otherSubscriptions(env: Env, arm: Arm): Promise<OtherSubscriptions> {
  const group = env['AZURE_RESOURCE_GROUP'];
  const look = `delete what has the tag ${TAGS.owner}=${env['SPILLWAY_OWNER_ID']} in`;
  const settings = await appSettings(env, arm);
  if (typeof settings === 'number') {
    const sentence = `The settings of the app could not be read: Azure answered ${settings}. So the subscriptions of SPILLWAY_MORE_SUBSCRIPTIONS are not looked at: if there are any, ${look} their resource group ${group}, which bills.`;
    return { ids: [], missed: [sentence] };
  }
  const others: OtherSubscriptions = { ids: [], missed: [] };
  for (const id of listed(settings['SPILLWAY_MORE_SUBSCRIPTIONS'])) {
    const path = `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.ContainerInstance/containerGroups`;
    const { status } = await arm('GET', path, '2023-05-01');
    // One that refuses for good would fail each list, and keep the groups of all others.
    if ([400, 401, 403, 404].includes(status))
      others.missed.push(
        `Container groups in subscription ${id} could not be listed: Azure answered ${status}. If there are any, ${look} its resource group ${group}, which bills.`,
      );
    else others.ids.push(id);
  }
  return others;
}

/** Parts of a value with commas between them. */
export const listed = (text = ''): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
