// Networks and rights through Resource Manager. There is one answer for a network with its subnets, one for the addresses
// in use, and one for the rights of whoever asks.

import { AzureFailure, type WriteOutcome } from '../ports/errors.ts';
import type { Networks, Subnet } from '../ports/networks.ts';
import { armUrl, sendArm, type ArmSender } from './arm.ts';
import { reading, writing } from './attempt.ts';
import {
  missingOf,
  subnetOf,
  type NetworkAnswer,
  type PermissionsAnswer,
  type UsagesAnswer,
} from './network-answers.ts';

const NETWORK_API = '2024-05-01';
const RIGHTS_API = '2022-04-01';
const GROUPS_API = '2023-05-01';

export class AzureNetworks implements Networks {
  readonly #arm: ArmSender;
  readonly #endpoint: string;

  constructor(arm: ArmSender, endpoint: string) {
    this.#arm = arm;
    this.#endpoint = endpoint;
  }

  subnet(id: string): Promise<Subnet> {
    return reading(`Reading subnet ${id}`, async () => {
      const network = id.replace(/\/subnets\/[^/]+$/i, '');
      let answer: NetworkAnswer;
      try {
        answer = (await this.#get(network, NETWORK_API)) as NetworkAnswer;
      } catch (error) {
        const { statusCode } = error as { statusCode?: number };
        if (statusCode === 404) return { id, status: 'missing' };
        if (statusCode === 403) return { id, status: 'forbidden' };
        throw error;
      }
      return subnetOf(id, answer, await this.#usages(network));
    });
  }

  missingRights(scope: string, actions: readonly string[]): Promise<string[]> {
    return reading(`Reading rights on ${scope}`, async () => {
      const path = `${scope}/providers/Microsoft.Authorization/permissions`;
      return missingOf(actions, (await this.#get(path, RIGHTS_API)) as PermissionsAnswer);
    });
  }

  release(subnetId: string): Promise<WriteOutcome> {
    const path = `${subnetId}/providers/Microsoft.ContainerInstance/serviceAssociationLinks/default`;
    return writing(() => sendArm(this.#arm, { method: 'DELETE', url: armUrl(this.#endpoint, path, GROUPS_API) }));
  }

  /** How many addresses are free helps and is not needed: without it Azure's own refusal is the answer. */
  async #usages(network: string): Promise<UsagesAnswer | undefined> {
    try {
      return (await reading('Reading addresses', () => this.#get(`${network}/usages`, NETWORK_API))) as UsagesAnswer;
    } catch (error) {
      if (error instanceof AzureFailure) return undefined;
      throw error;
    }
  }

  async #get(path: string, version: string): Promise<unknown> {
    const response = await sendArm(this.#arm, { method: 'GET', url: armUrl(this.#endpoint, path, version) });
    return JSON.parse(response.bodyAsText ?? '') as unknown;
  }
}
