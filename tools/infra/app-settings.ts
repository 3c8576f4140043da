// The deployed app as Resource Manager knows it, and what its settings say.

import { TAGS } from '../../shared/placement/tags.ts';
import type { Arm } from './arm.ts';
import type { Env } from './preflight.ts';

/** Resource id of the app, by the outputs of the deployment. */
export const siteOf = ({ AZURE_SUBSCRIPTION_ID: id, AZURE_RESOURCE_GROUP: group, AZURE_FUNCTION_NAME: app }: Env) =>
  `/subscriptions/${id}/resourceGroups/${group}/providers/Microsoft.Web/sites/${app}`;

/** The app settings that are deployed; the status of a refusal. */
export async function appSettings(env: Env, arm: Arm): Promise<Record<string, string> | number> {
  const { status, body } = await arm('POST', `${siteOf(env)}/config/appsettings/list`, '2024-11-01');
  return status === 200 ? (body as { properties: Record<string, string> }).properties : status;
}

/** Subscriptions that the app makes groups in beside its own; a sentence with what to look for where it is not known. */
export async function otherSubscriptions(env: Env, arm: Arm): Promise<string[] | string> {
  const settings = await appSettings(env, arm);
  if (typeof settings !== 'number') return listed(settings['SPILLWAY_MORE_SUBSCRIPTIONS']);
  return `The settings of the app could not be read: Azure answered ${settings}. So the subscriptions of SPILLWAY_MORE_SUBSCRIPTIONS are not looked at: if there are any, delete what has the tag ${TAGS.owner}=${env['SPILLWAY_OWNER_ID']} in their resource group ${env['AZURE_RESOURCE_GROUP']}, which bills.`;
}

/** Parts of a value with commas between them. */
export const listed = (text = ''): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
