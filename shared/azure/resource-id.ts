import { AzureFailure } from '../ports/errors.ts';

export interface ResourceParts {
  subscriptionId: string;
  resourceGroup: string;
  name: string;
  /** Name of the child resource, the last part of the id. */
  child: string;
}

/** Azure keeps the letters of an id as somebody once wrote them. */
export const sameId = (left: string | undefined, right: string): boolean => left?.toLowerCase() === right.toLowerCase();

/** Parts of an id such as `.../providers/<type>/<name>/<childType>/<child>`. Throws AzureFailure for any other. */
export function resourceParts(id: string, type: string, childType: string): ResourceParts {
  const pattern = new RegExp(
    `^/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/${type}/([^/]+)/${childType}/([^/]+)$`,
    'i',
  );
  const [, subscriptionId, resourceGroup, name, child] = pattern.exec(id) ?? [];
  if (!subscriptionId || !resourceGroup || !name || !child) {
    const message = `${id} is not the resource id of ${childType} in ${type}.`;
    throw new AzureFailure('Naming a resource', { class: 'permanent', code: 'InvalidResourceId', message }, undefined);
  }
  return { subscriptionId, resourceGroup, name, child };
}
