// Networks and rights through Resource Manager: an answer for a subnet, one for the network it is in, one for the addresses in
// use, and one for the rights of whoever asks.

import { AzureFailure, type WriteOutcome } from '../ports/errors.ts';
import type { Networks, Subnet } from '../ports/networks.ts';
import { armUrl, sendArm, type ArmSender } from './arm.ts';
import { reading, writing } from './attempt.ts';
import { missingOf, subnetOf } from './network-answers.ts';
import type { NetworkAnswer, PermissionsAnswer, SubnetAnswer, UsagesAnswer } from './network-answers.ts';

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
      let answer: SubnetAnswer;
      try {
        answer = (await this.#get(id, NETWORK_API)) as SubnetAnswer;
      } catch (error) {
        const { statusCode } = error as { statusCode?: number };
        if (statusCode === 404) return { id, status: 'missing' };
        if (statusCode === 403) return { id, status: 'forbidden' };
        throw error;
      }
      const network = id.replace(/\/subnets\/[^/]+$/i, '');
      const [whole, usages] = await Promise.all([this.#helpful(network), this.#helpful(`${network}/usages`)]);
      return subnetOf(id, answer, whole as NetworkAnswer | undefined, usages as UsagesAnswer | undefined);
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

  /**
   * Region and free addresses help and are not needed: an identity may have rights on the subnet alone. Without them Azure's
   * own refusal is the answer.
   */
  async #helpful(path: string): Promise<unknown> {
    try {
      return await reading('Reading a network', () => this.#get(path, NETWORK_API));
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
