/** What Azure Resource Manager said last of the calls left to us. */
export interface ArmLimits {
  /** Reads left in the bucket of the subscription (250 when full, 25 a second come back); undefined: never said. */
  readsLeft(): Promise<number | undefined>;
}
