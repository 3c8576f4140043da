// Private addresses of the instances of a scale set, from their network interfaces: of a Uniform set through the set, of a
// Flexible one among the interfaces of its resource group.

import type { InstanceAddresses } from '../ports/discovery.ts';
import type { ScaleSet } from '../ports/scale-sets.ts';
import { armUrl, sendArm, type ArmSender } from './arm.ts';
import { reading } from './attempt.ts';

/** The only version that the interfaces of a Uniform set answer to; the other is of Microsoft.Network itself. */
const OF_SET = '2018-10-01';
const OF_GROUP = '2024-05-01';

interface Interface {
  properties: {
    primary?: boolean;
    virtualMachine?: { id?: string };
    ipConfigurations?: { properties?: { primary?: boolean; privateIPAddress?: string } }[];
  };
}

export class AzureInstanceAddresses implements InstanceAddresses {
  readonly #arm: ArmSender;
  readonly #armEndpoint: string;

  constructor(arm: ArmSender, armEndpoint: string) {
    this.#arm = arm;
    this.#armEndpoint = armEndpoint;
  }

  read(scaleSet: string, orchestration: ScaleSet['orchestration']): Promise<Record<string, string>> {
    return reading(`Reading addresses of ${scaleSet}`, async () => {
      const found: Interface[] = [];
      const { path, version } = interfacesOf(scaleSet, orchestration);
      let url: string | undefined = armUrl(this.#armEndpoint, path, version);
      while (url) {
        const response = await sendArm(this.#arm, { method: 'GET', url });
        const page = JSON.parse(response.bodyAsText ?? '') as { value: Interface[]; nextLink?: string };
        found.push(...page.value);
        url = page.nextLink;
      }
      return addressesOf(found);
    });
  }
}

/** Where the network interfaces of a set's instances are listed. */
export const interfacesOf = (
  scaleSet: string,
  orchestration: ScaleSet['orchestration'],
): { path: string; version: string } =>
  orchestration === 'Uniform'
    ? { path: `${scaleSet}/networkInterfaces`, version: OF_SET }
    : {
        path: `${scaleSet.split('/').slice(0, 5).join('/')}/providers/Microsoft.Network/networkInterfaces`,
        version: OF_GROUP,
      };

/** The primary address of each instance, by the last part of its id: interfaces of other machines do no harm. */
export function addressesOf(interfaces: Interface[]): Record<string, string> {
  const entries = interfaces.flatMap(({ properties: { primary, virtualMachine, ipConfigurations = [] } }) => {
    const first = ipConfigurations.find((each) => each.properties?.primary) ?? ipConfigurations[0];
    const address = first?.properties?.privateIPAddress;
    const instance = virtualMachine?.id?.split('/').at(-1);
    return primary === false || address === undefined || instance === undefined ? [] : [[instance, address] as const];
  });
  return Object.fromEntries(entries);
}
