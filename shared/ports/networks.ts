import type { WriteOutcome } from './errors.ts';

/** A subnet as Azure has it. */
export interface Subnet {
  /** Resource id, as it was asked for. */
  id: string;
  /** `missing`: Azure answered 404; `forbidden`: 403. Then all the rest is unknown. */
  status: 'found' | 'missing' | 'forbidden';
  /** Region of its network. */
  location?: string | undefined;
  /** Services it is delegated to. */
  delegations?: string[] | undefined;
  natGateway?: boolean | undefined;
  routeTable?: boolean | undefined;
  /** Network interfaces of virtual machines and the like in it: nothing beside container groups may be there. */
  otherUses?: number | undefined;
  /** Addresses in use, and how many there are; absent where Azure does not say. Lags behind by a minute or more. */
  addresses?: { used: number; limit: number } | undefined;
}

/** Networks and rights, read before container groups need them. Reads throw AzureFailure. */
export interface Networks {
  subnet(id: string): Promise<Subnet>;
  /** Those of the actions that the own identity may not do on a resource or resource group. */
  missingRights(scope: string, actions: readonly string[]): Promise<string[]>;
  /** Takes off the link by which Container Instances hold a subnet. Only once no group is left in it. */
  release(subnetId: string): Promise<WriteOutcome>;
}
