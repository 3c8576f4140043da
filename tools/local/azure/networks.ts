// Virtual networks with their subnets, as far as container groups join them, and the rights of whoever asks. A world without
// declared networks has none of this: any subnet is taken. Not modelled: routing, security groups, what else is in a network.
// Codes and texts of these refusals are not known in detail.

import { type ArmAnswer, ArmError } from './arm.ts';
import { type ContainerGroup } from './container-group.ts';
import { type GroupBody } from './group-body.ts';

export interface SubnetDeclaration {
  name: string;
  /** Addresses that groups may take: those of its prefix less the five that Azure keeps. */
  addresses: number;
  /** Service that it is delegated to; by default container groups, and none with an empty text. */
  delegation?: string;
  natGateway?: boolean;
  routeTable?: boolean;
  /** Network interfaces of other resources in it. */
  otherUses?: number;
}

export interface NetworkDeclaration {
  /** Resource id. */
  id: string;
  location: string;
  subnets: SubnetDeclaration[];
}

const SERVICE = 'Microsoft.ContainerInstance/containerGroups';

export class Networks {
  readonly #networks: NetworkDeclaration[] | undefined;
  readonly #groups: () => ContainerGroup[];
  /** Ids of subnets that Container Instances hold by a link: from the first group on, until it is taken off. */
  readonly #linked = new Set<string>();
  /** What the identity may not do. */
  deniedActions: string[] = [];

  constructor(networks: readonly NetworkDeclaration[] | undefined, groups: () => ContainerGroup[]) {
    this.#networks = networks && structuredClone([...networks]);
    this.#groups = groups;
  }

  get(id: string): ArmAnswer {
    this.#demand('Microsoft.Network/virtualNetworks/read', id);
    const network = this.#find(id);
    return { status: 200, headers: {}, body: { id: network.id, location: network.location, properties: {} } };
  }

  subnet(networkId: string, name: string): ArmAnswer {
    const id = `${networkId}/subnets/${name}`;
    this.#demand('Microsoft.Network/virtualNetworks/subnets/read', id);
    const network = this.#find(networkId);
    const subnet = network.subnets.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!subnet) throw missing(id);
    const service = delegationOf(subnet);
    const uses = Array.from({ length: subnet.otherUses ?? 0 }, (_, index) => ({ id: `nic-${index}` }));
    const properties = {
      provisioningState: 'Succeeded',
      delegations: service === '' ? [] : [{ name: 'aci', properties: { serviceName: service } }],
      ...(subnet.natGateway === false ? {} : { natGateway: { id: `${network.id}-nat` } }),
      ...(subnet.routeTable ? { routeTable: { id: `${network.id}-routes` } } : {}),
      ...(uses.length > 0 ? { ipConfigurations: uses } : {}),
    };
    return { status: 200, headers: {}, body: { id, name: subnet.name, properties } };
  }

  usages(id: string): ArmAnswer {
    const network = this.#find(id);
    const value = network.subnets.map((subnet) => {
      const subnetId = `${network.id}/subnets/${subnet.name}`;
      return { id: subnetId, currentValue: this.#inside(subnetId).length, limit: subnet.addresses, unit: 'Count' };
    });
    return { status: 200, headers: {}, body: { value } };
  }

  permissions(): ArmAnswer {
    return { status: 200, headers: {}, body: { value: [{ actions: ['*'], notActions: this.deniedActions }] } };
  }

  /** Delegates all subnets of a network to container groups. */
  delegate(id: string): void {
    for (const subnet of this.#find(id).subnets) subnet.delegation = SERVICE;
  }

  /** Takes off the link of Container Instances. */
  release(id: string): ArmAnswer {
    if (this.#inside(id).length > 0) {
      const text = `Subnet ${id} still has container groups in it.`;
      throw new ArmError(409, 'SubnetInUse', text);
    }
    return { status: this.#linked.delete(id.toLowerCase()) ? 200 : 204, headers: {} };
  }

  removeSubnet(networkId: string, name: string): ArmAnswer {
    const network = this.#find(networkId);
    const id = `${network.id}/subnets/${name}`;
    if (this.#inside(id).length > 0 || this.#linked.has(id.toLowerCase())) {
      const text = `Subnet ${name} is in use by ${id}/serviceAssociationLinks/acisal and cannot be deleted.`;
      throw new ArmError(400, 'InUseSubnetCannotBeDeleted', text);
    }
    network.subnets = network.subnets.filter((subnet) => subnet.name !== name);
    return { status: 200, headers: {} };
  }

  /** Throws what the service answers when a subnet cannot take a group. */
  admit({ location, properties }: GroupBody): void {
    for (const { id } of this.#networks ? (properties.subnetIds ?? []) : []) {
      const network = this.#find(id.replace(/\/subnets\/[^/]+$/i, ''));
      const subnet = network.subnets.find(({ name }) => id.toLowerCase().endsWith(`/subnets/${name.toLowerCase()}`));
      if (!subnet) throw missing(id);
      if (delegationOf(subnet) !== SERVICE) {
        throw new ArmError(400, 'SubnetDelegationMissing', `Subnet ${id} is not delegated to ${SERVICE}.`);
      }
      if (network.location !== location) {
        throw new ArmError(400, 'InvalidSubnetLocation', `Subnet ${id} is not in location ${location}.`);
      }
      if (this.#inside(id).length >= subnet.addresses) {
        throw new ArmError(409, 'SubnetIsFull', `Subnet ${id} does not have enough capacity for 1 IP addresses.`);
      }
      this.#linked.add(id.toLowerCase());
    }
  }

  #demand(action: string, id: string): void {
    if (!this.deniedActions.includes(action)) return;
    throw new ArmError(
      403,
      'AuthorizationFailed',
      `The client does not have authorization to perform '${action}' on '${id}'.`,
    );
  }

  #inside(id: string): ContainerGroup[] {
    return this.#groups().filter(({ body }) =>
      body.properties.subnetIds?.some((each) => each.id.toLowerCase() === id.toLowerCase()),
    );
  }

  #find(id: string): NetworkDeclaration {
    const network = this.#networks?.find((each) => each.id.toLowerCase() === id.toLowerCase());
    if (!network) throw missing(id);
    return network;
  }
}

const delegationOf = ({ delegation = SERVICE }: SubnetDeclaration): string => delegation;

const missing = (id: string): ArmError => new ArmError(404, 'ResourceNotFound', `The Resource '${id}' was not found.`);
