// The tags by which a container group says whose it is and what it stands for. Azure is the database: what these hold
// survives the loss of everything that Spillway stores itself.

/** Names of the tags on every container group that Spillway creates. */
export const TAGS = {
  /** Id of the deployment. A group without it, or with another value, is never touched. */
  owner: 'spillway-owner',
  workload: 'spillway-workload',
  /** Hash of what the replica runs. */
  revision: 'spillway-revision',
  /** Image that instances of the scale set run; their cloud-init reads it. */
  image: 'spillway-image',
  /** Number of the burst replica, decimal. */
  ordinal: 'spillway-ordinal',
  /** Key of the offering the group was placed on. */
  offering: 'spillway-offering',
  /** Present when a standby pool had a ready group for it as it was asked for. */
  ready: 'spillway-ready',
  /** Number of replicas in the group; absent means one. */
  replicas: 'spillway-replicas',
  /** Present while the replica drains; written before the replica is told. */
  drain: 'spillway-drain',
} as const;
