// Everything that a simulation lets go wrong, and for how long. What each one does is in call-faults.ts (to calls of the
// ports) and in world-faults.ts (to Azure, the stores, the controller and the declaration).

/** Shortest and longest window in minutes, and the share of calls or chances that it strikes. */
interface Kind {
  minutes: [number, number];
  share: [number, number];
  says: string;
}

const MINUTES: Kind['minutes'] = [2, 15];

const kind = (says: string, share: Kind['share'] = [0.1, 0.6], minutes: Kind['minutes'] = MINUTES): Kind => ({
  minutes,
  share,
  says,
});
const always: Kind['share'] = [1, 1];

export const FAULT_KINDS = {
  'lost-answer': kind('a call to Azure has its effect, and its answer is lost'),
  'lost-request': kind('a call to Azure never arrives, and no answer comes'),
  'late-effect': kind('a write takes effect seconds after it was sent, and the caller has given up before'),
  throttled: kind('Azure answers 429'),
  transitioning: kind('Azure answers 409 to writes on container groups'),
  'server-errors': kind('Azure answers 500 or 503, half of the time after the effect'),
  reorder: kind('calls take up to two seconds each way, so that they overtake each other', always),
  death: kind('the process of the controller ends at a call, before or after its effect', [0.001, 0.02]),
  'etag-conflict': kind('saving planner state is refused, half of the time although it was saved'),
  'store-down': kind('the tables cannot be reached'),
  'ledger-unreadable': kind('the accounts and the record of revisions can be neither read nor written', [0.5, 1]),
  'lock-lost': kind('a call to a store hangs for longer than the lock of the session', [0.005, 0.05]),
  'trigger-lost': kind('a message to the evaluations queue is not accepted'),
  'trigger-doubled': kind('a message to the evaluations queue is sent twice'),
  'trigger-late': kind('a message to the evaluations queue arrives up to a minute late'),
  'depth-failed': kind('the demand cannot be read', [0.3, 1]),
  'depth-stale': kind('the depth of a queue is an old one', [0.3, 1]),
  'depth-zero': kind('a throttled namespace reports no messages', always, [1, 4]),
  'region-loss': kind('a region is gone: its groups fail, and calls to it', always, [5, 30]),
  'table-loss': kind('all stores but the ledger are empty', always, [0, 0]),
  'two-writers': kind('a second evaluation of the workload runs beside the first', [0.2, 0.8]),
  'clock-jump': kind("the controller's clock is wrong by up to two minutes", always),
  'list-lag': kind('lists lag by up to a minute, and deleted groups linger', always),
  'quota-cut': kind('the quota of a region is cut to almost nothing', always, [5, 30]),
  'capacity-hole': kind('a region has no capacity for new groups', always, [5, 30]),
  eviction: kind('an instance of the scale set is evicted or fails', always, [1, 5]),
  maintenance: kind(
    'the platform announces that it will redeploy an instance of the scale set, and does',
    always,
    [1, 5],
  ),
  'group-fails': kind('running groups fail for good', always),
  'group-revives': kind('running groups fail and come back by themselves', always),
  'platform-restart': kind(
    'the platform moves running groups to other hosts, half of the time with a notice of seconds',
    always,
  ),
  'app-crashes': kind('containers end with an error and are started again', always),
  'never-pulls': kind('the image of new groups is never pulled', always),
  'alert-storm': kind('alerts fire, resolve, repeat and overtake each other', always),
  'workload-removed': kind('a workload is not declared any more, for a while or for good', always, [15, 60]),
  'revision-changed': kind('a workload is declared with another revision', always, [0, 0]),
  'revision-refused': kind('a revision of a workload is refused for good, until another one is declared', always),
  paused: kind('an operator pauses all changes or one direction', always),
} as const satisfies Record<string, Kind>;

export type FaultKind = keyof typeof FAULT_KINDS;

/** While only these are under way, the controller and Azure's management work: what nobody wants must go in time. */
export const HARMLESS: ReadonlySet<FaultKind> = new Set([
  'reorder',
  'trigger-doubled',
  'trigger-late',
  'quota-cut',
  'capacity-hole',
  'eviction',
  'maintenance',
  'group-fails',
  'group-revives',
  'platform-restart',
  'app-crashes',
  'never-pulls',
  'alert-storm',
  'workload-removed',
  'revision-changed',
  'revision-refused',
]);

export const ALL_KINDS = Object.keys(FAULT_KINDS) as FaultKind[];

/** One window in which something goes wrong. */
export interface Fault {
  /** Seeds the randomness of this fault, so that leaving others out does not change it. */
  id: number;
  kind: FaultKind;
  /** Epoch ms; instants have both alike. */
  from: number;
  to: number;
  share: number;
  /** The region and the workload it is about, where it is about one. */
  region: string;
  workload: string;
}
