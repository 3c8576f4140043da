// What is this replica doing? One state machine from all that is known of it: provisioning state, instance view,
// container states, restarts, exit codes and events of one read by name, and then its own probe or its silence.
//
//   PUT ─> pending ─> pulling ─> warming ─> ready <──> not-ready (alive, but refuses: readiness)
//             │          │          │         ├──> unreachable (own probe gets no answer: liveness)
//          waiting   pull-failing   │         ├──> silent (used to poll, does not any more)
//      (no capacity,     │          │         ├──> restarting ──(third time young)──> crash-looping
//       as for Spot)  image-refused │         ├──> moving (7147, 7148: the platform moves it; nobody's fault)
//                                   │         ├──> leaving (Azure is about to end it: event Killing) ──> ready
//                                   │         └──> repairing (Repairing, Unhealthy) ──> ready, or failed
//                                   └──> failed, ended ··(may revive: pending, repairing)
//       any ──> stopped ──(start)──> pending          any ──> deleting ──> gone (404)
//
//       (`unseen`: not read by name yet, as all are after planner state was lost; nothing is held against them)
//
// Only `ready` is capacity. What nobody has heard of is `unknown`: not capacity, but possibly billing. How long a state
// may last says time-boxes.ts. Sources: Container Instances, "container states" and "troubleshooting" (exit codes).

import type { GroupHealth } from '../controller/plan-types.ts';
import type { ContainerStatus, Group, GroupEvent, GroupSummary } from '../ports/container-groups.ts';

/** The states of a replica, each with the health that counting goes by. */
export const HEALTH = {
  pending: 'starting',
  pulling: 'starting',
  'pull-failing': 'starting',
  waiting: 'starting',
  warming: 'starting',
  restarting: 'starting',
  moving: 'starting',
  'crash-looping': 'unready',
  'image-refused': 'unready',
  ready: 'serving',
  'not-ready': 'unready',
  unreachable: 'unready',
  silent: 'unready',
  leaving: 'unready',
  repairing: 'unknown',
  stopped: 'stopped',
  ended: 'ended',
  failed: 'failed',
  deleting: 'deleting',
  gone: 'gone',
  unknown: 'unknown',
  unseen: 'unknown',
} as const satisfies Record<string, GroupHealth>;

export type ReplicaState = keyof typeof HEALTH;

/** Whose fault a state is; absent where there is none. The exit code is there when a container ended. */
export interface Fault {
  by: 'app' | 'image' | 'registry' | 'platform' | 'capacity';
  exitCode?: number | undefined;
  message?: string | undefined;
}

export interface Judged {
  state: ReplicaState;
  fault?: Fault | undefined;
}

const PENDING = new Set(['Pending', 'Accepted', 'Creating', 'Updating', 'PreProvisioned', 'NotSpecified']);

/** The state by a read by name; `null` is Azure's 404. `now` in epoch ms. */
export function replicaState(group: Group | null, now: number): Judged {
  if (!group) return { state: 'gone' };
  const byList = listedState(group);
  if (byList === 'pending') return onTheWay(group.containers);
  if (byList === 'failed') return { state: 'failed', fault: faultOfEnd(group.containers) };
  if (byList !== 'unseen') return { state: byList };
  if (group.state === 'Running') return running(group.containers, now);
  if (group.state === 'Pending') return onTheWay(group.containers);
  const state = BY_STATE[group.state ?? ''] ?? 'unknown';
  return state === 'failed' ? { state, fault: faultOfEnd(group.containers) } : { state };
}

const BY_STATE: Record<string, ReplicaState> = { Stopped: 'stopped', Succeeded: 'ended', Failed: 'failed' };

/** As far as a list tells: `Succeeded` there says only that the group was provisioned once, so it is `unseen`. */
export function listedState({ provisioningState }: GroupSummary): ReplicaState {
  if (PENDING.has(provisioningState)) return 'pending';
  if (provisioningState === 'Succeeded') return 'unseen';
  return BY_PROVISIONING[provisioningState] ?? 'unknown';
}

const BY_PROVISIONING: Record<string, ReplicaState> = {
  Deleting: 'deleting',
  Failed: 'failed',
  Canceled: 'failed',
  Stopped: 'stopped',
  Repairing: 'repairing',
  Unhealthy: 'repairing',
};

/** Containers that have not run yet, in this deployment of the group. */
function onTheWay(containers: ContainerStatus[]): Judged {
  const trouble = containers.map(pullTrouble).find((found) => found !== undefined);
  if (trouble) return trouble;
  const pulls = containers.some((container) => last(container, 'Pulling') > last(container, 'Pulled', 'Started'));
  return { state: pulls ? 'pulling' : 'pending' };
}

/** The service says that the containers run; each of them says what it does. The worst of them counts. */
function running(containers: ContainerStatus[], now: number): Judged {
  const judged = containers.map((container) => containerState(container, now));
  return judged.toSorted((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state))[0] ?? { state: 'unknown' };
}

const WORST: ReplicaState[] = [
  'image-refused',
  'crash-looping',
  'pull-failing',
  'moving',
  'restarting',
  'waiting',
  'pulling',
  'unknown',
  'leaving',
  'ready',
];

/** A container that restarted this often, and ran for less than this since, is in a loop. */
const LOOP_RESTARTS = 3;
const LOOP_RAN_MS = 60_000;

function containerState(container: ContainerStatus, now: number): Judged {
  const { state, restartCount, previousExitCode, detail } = container;
  switch (state) {
    case 'Running':
      return runningContainer(container, now);
    case 'Terminated':
      return ended(faultOf(container.exitCode), restartCount, detail);
    case 'Waiting': {
      const trouble = pullTrouble(container);
      if (trouble) return trouble;
      if (previousExitCode !== undefined || restartCount > 0)
        return ended(faultOf(previousExitCode), restartCount, detail);
      if (last(container, 'Pulling') > last(container, 'Pulled', 'Started')) return { state: 'pulling' };
      return { state: 'waiting', fault: { by: 'capacity' } };
    }
    default:
      return { state: 'unknown' };
  }
}

function runningContainer(container: ContainerStatus, now: number): Judged {
  const { restartCount, since, previousExitCode } = container;
  if (last(container, 'Killing') > Math.max(last(container, 'Started'), since ?? -Infinity)) {
    return { state: 'leaving', fault: { by: 'platform' } };
  }
  const young = since !== undefined && now - since < LOOP_RAN_MS;
  const fault = previousExitCode === undefined ? undefined : faultOf(previousExitCode);
  return young && restartCount >= LOOP_RESTARTS && fault?.by === 'app'
    ? { state: 'crash-looping', fault }
    : { state: 'ready' };
}

function ended(fault: Fault, restarts: number, detail = ''): Judged {
  if (fault.by === 'platform') return { state: 'moving', fault };
  const loops = restarts >= LOOP_RESTARTS || /CrashLoop/i.test(detail);
  return { state: loops ? 'crash-looping' : 'restarting', fault };
}

/** Platform shut-downs, graceful and forced: maintenance, not the app. */
const PLATFORM_EXITS = new Set([7147, 7148]);

const faultOf = (exitCode: number | undefined): Fault => ({
  by: exitCode !== undefined && PLATFORM_EXITS.has(exitCode) ? 'platform' : 'app',
  exitCode,
});

/** A group that ended as failed: by its image, its app, or, with no container that ended, by the platform. */
function faultOfEnd(containers: ContainerStatus[]): Fault {
  const trouble = containers.map(pullTrouble).find((found) => found !== undefined);
  if (trouble?.fault) return trouble.fault;
  const exits = containers.flatMap(({ exitCode }) => (exitCode === undefined || exitCode === 0 ? [] : [exitCode]));
  return exits.length === 0 ? { by: 'platform' } : faultOf(exits[0]);
}

/** What a registry says when it will say so again: no such image, or no right to it. */
const REFUSED =
  /InaccessibleImage|not found|manifest unknown|unauthorized|denied|authentication required|not accessible|invalid reference/i;

function pullTrouble(container: ContainerStatus): Judged | undefined {
  const { events = [] } = container;
  const warning = events.findLast(
    ({ name, message }) => name === 'BackOff' || (name === 'Failed' && /pull/i.test(message)),
  );
  if (!warning || warning.at < last(container, 'Pulled', 'Started')) return undefined;
  // A back-off repeats the image's name only; why it failed is in the event before it.
  const { message } = events.findLast(({ name }) => name === 'Failed') ?? warning;
  return REFUSED.test(message)
    ? { state: 'image-refused', fault: { by: 'image', message } }
    : { state: 'pull-failing', fault: { by: 'registry', message } };
}

/** Time of the last event of these names; before all time when there is none. */
const last = ({ events = [] }: ContainerStatus, ...names: GroupEvent['name'][]): number =>
  Math.max(-Infinity, ...events.filter(({ name }) => names.includes(name)).map(({ at }) => at));
